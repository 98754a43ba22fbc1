"""Openings beyond care, each told at once; consents that the resident alone gives and takes back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.actions.consent import give_consent, withdraw_consent
from yigongti.kernel.people.actions.open_record import close_opening, open_for_matter, open_in_emergency
from yigongti.kernel.people.models import Opening, Resident
from yigongti.kernel.people.notices import no_longer_on_opening, on_opening
from yigongti.kernel.people.queries import openings_at, openings_of
from yigongti.kernel.people.relations import relation_of

NOW = timezone.now()
TODAY = timezone.localdate(NOW)


@pytest.fixture
def person(resident):
    return resident("V1")


@pytest.fixture
def physician(actor):
    return actor("physician", "H1")


@pytest.fixture
def officer(actor):
    return actor("privacy_officer", "C")


@pytest.fixture
def told():
    heard = []

    def listen(opening, at):
        heard.append((opening.kind, opening.resident_id, opening.account_id))

    on_opening(listen)
    yield heard
    no_longer_on_opening(listen)


def emergency(physician, person, county, reason="昏迷送入急诊"):
    return open_in_emergency(physician, county["H1"].pk, person.public_id, reason=reason, at=NOW)


def sees(actor):
    with scope(actor):
        return Resident.objects.exists()


def test_an_emergency_opens_the_record_for_a_day_and_is_told_at_once(physician, person, county, told):
    opening = emergency(physician, person, county)
    assert opening.ends_at - opening.started_at == timedelta(hours=24)
    assert told == [("emergency", person.pk, physician.account_id)]
    assert sees(physician)


def test_an_emergency_opens_it_for_nobody_else(physician, person, county, actor):
    emergency(physician, person, county)
    assert not sees(actor("physician", "H1", username="colleague"))


@pytest.mark.parametrize("reason", ["", "急", " 急  诊 "])
def test_an_emergency_needs_a_reason(physician, person, county, reason):
    with pytest.raises(InvalidInput, match="reason_needed"):
        emergency(physician, person, county, reason)


def test_who_may_see_the_record_anyway_opens_nothing(actor, person, county):
    doctor = actor("village_doctor", "V1")
    with pytest.raises(Conflict, match="no_emergency_needed"):
        open_in_emergency(doctor, county["V1"].pk, person.public_id, reason="昏迷送入急诊", at=NOW)


@pytest.mark.parametrize("role", ["registration_desk", "privacy_officer", "public_health_worker", "exchange_system"])
def test_other_posts_open_nothing_in_an_emergency(actor, role, person, county):
    with pytest.raises(NotPermitted):
        emergency(actor(role, "H1"), person, county)


def test_a_listener_that_fails_takes_the_opening_back(physician, person, county):
    def fail(opening, at):
        raise RuntimeError("no way to tell")

    on_opening(fail)
    try:
        with pytest.raises(RuntimeError):
            emergency(physician, person, county)
    finally:
        no_longer_on_opening(fail)
    assert not sees(physician)


def test_the_privacy_officer_opens_a_record_to_somebody_else_for_a_matter(officer, actor, person, county, told):
    handler = actor("physician", "H2")
    opening = for_matter(officer, county, person, handler.username)
    assert told == [("matter", person.pk, handler.account_id)]
    with scope(handler):
        assert relation_of(handler, person.pk, at=NOW).until == opening.ends_at


def test_who_opens_a_record_for_a_matter_sees_none_of_it(officer, actor, person, county):
    for_matter(officer, county, person, actor("physician", "H2").username)
    with scope(officer):
        assert relation_of(officer, person.pk, at=NOW) is None


def for_matter(officer, county, person, username, last_day=TODAY):
    return open_for_matter(
        officer, county["C"].pk, person.public_id, username=username, reason="处理投诉事项", last_day=last_day, at=NOW
    )


def test_nobody_opens_a_record_to_himself_for_a_matter(officer, person, county):
    with pytest.raises(NotPermitted, match="not_to_oneself"):
        for_matter(officer, county, person, officer.username)


@pytest.mark.parametrize("days", [-1, 31])
def test_a_matter_ends_within_the_days_of_policy(officer, actor, person, county, days):
    with pytest.raises(InvalidInput, match="matter_day"):
        for_matter(officer, county, person, actor("physician", "H2").username, TODAY + timedelta(days=days))


def test_an_unknown_account_is_named(officer, person, county):
    with pytest.raises(InvalidInput, match="no_account"):
        for_matter(officer, county, person, "nobody-here")


def test_other_posts_open_nothing_for_a_matter(physician, actor, person, county):
    with pytest.raises(NotPermitted):
        for_matter(physician, county, person, actor("physician", "H2").username)


@pytest.mark.parametrize("who", ["physician", "officer"])
def test_a_closed_opening_shows_nothing(physician, officer, person, county, who):
    opening = emergency(physician, person, county)
    close_opening({"physician": physician, "officer": officer}[who], opening.pk, at=NOW)
    assert not sees(physician)


def test_the_account_of_a_matter_closes_it(officer, actor, person, county):
    handler = actor("physician", "H2")
    close_opening(handler, for_matter(officer, county, person, handler.username).pk, at=NOW)
    assert not sees(handler)


def test_a_stranger_closes_nothing(physician, person, county, actor):
    opening = emergency(physician, person, county)
    with pytest.raises(NotFound):
        close_opening(actor("physician", "H2"), opening.pk, at=NOW)
    assert sees(physician)


def test_the_resident_and_the_privacy_officer_see_every_opening(physician, officer, person, county):
    opening = emergency(physician, person, county)
    resident = Actor(account_id=0, username="", display_name="", resident_id=person.pk)
    with scope(resident):
        assert [row.pk for row in openings_of(person.pk)] == [opening.pk]
    with scope(officer):
        assert [row.pk for row in openings_at(officer)] == [opening.pk]


def test_a_consent_lets_the_hospital_in_until_it_is_withdrawn(physician, person, county):
    resident = Actor(account_id=0, username="", display_name="", resident_id=person.pk)
    care = give_consent(resident, county["H1"].pk, until=TODAY, at=NOW)
    assert sees(physician)
    withdraw_consent(resident, care.pk, at=NOW)
    assert not sees(physician)


def test_nobody_but_the_resident_gives_a_consent(physician, person, county):
    with pytest.raises(NotPermitted):
        give_consent(physician, county["H1"].pk, until=TODAY, at=NOW)


def test_a_resident_withdraws_no_other_residents_consent(person, resident, county):
    other = resident("V1", "演示乙")
    mine = Actor(account_id=0, username="", display_name="", resident_id=person.pk)
    theirs = Actor(account_id=0, username="", display_name="", resident_id=other.pk)
    care = give_consent(mine, county["H1"].pk, until=TODAY, at=NOW)
    with pytest.raises(NotFound):
        withdraw_consent(theirs, care.pk, at=NOW)


@pytest.mark.parametrize("days", [-1, 366])
def test_a_consent_ends_within_the_days_of_policy(person, county, days):
    resident = Actor(account_id=0, username="", display_name="", resident_id=person.pk)
    with pytest.raises(InvalidInput, match="consent_day"):
        give_consent(resident, county["H1"].pk, until=TODAY + timedelta(days=days), at=NOW)


def test_an_opening_is_kept_after_it_ended(physician, person, county):
    close_opening(physician, emergency(physician, person, county).pk, at=NOW)
    assert Opening.objects.using("bulk").get().closed_at == NOW
