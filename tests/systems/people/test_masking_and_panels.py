"""Who is shown in full and how others are masked; finding one by a number; the panel page by page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people import queries
from yigongti.kernel.people.masking import (
    identity,
    masked_address,
    masked_name,
    masked_number,
    masked_phone,
)
from yigongti.kernel.people.models import Care, Identifier, Opening, Resident
from yigongti.kernel.people.sealing import ring

NOW = timezone.now()
TODAY = timezone.localdate(NOW)


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (masked_name, "李小明", "李**"),
        (masked_name, "李", "李"),
        (masked_name, "", ""),
        (masked_number, "609921197005060014", "6099**********0014"),
        (masked_number, "G1234567", "******67"),
        (masked_number, "", ""),
        (masked_phone, "19900001234", "199****1234"),
        (masked_phone, "5551234", "*****34"),
        (masked_address, "示范县（演示）青禾镇东河村12号", "示范县（演示）青禾镇"),
        (masked_address, "示范县城关街道3号", "示范县城关街道"),
        (masked_address, "示范县某处12号", "示范县"),
        (masked_address, "某处12号", ""),
    ],
)
def test_masks_leave_what_tells_people_apart_at_a_desk_and_no_more(mask, text, shown):
    assert mask(text) == shown


@pytest.fixture
def person(resident):
    return resident("H2", "李小明", phone="19900001234", address="示范县青禾镇东河村12号")


def seen_by(actor, person):
    with scope(actor):
        return identity(actor, Resident.objects.get(pk=person.pk), at=NOW)


@pytest.mark.parametrize("role", ["physician", "registration_desk", "exchange_system"])
def test_posts_that_see_identities_where_care_is_given_see_it_in_full(actor, role, person):
    shown = seen_by(actor(role, "H2"), person)
    assert (shown.name, shown.phone, shown.masked) == ("李小明", "19900001234", False)
    assert shown.number == ring().open(person.number_sealed, "number")


def test_a_public_health_worker_sees_it_masked(actor, person):
    shown = seen_by(actor("public_health_worker", "H2"), person)
    assert (shown.name, shown.phone, shown.address, shown.masked) == ("李**", "199****1234", "示范县青禾镇", True)


def test_a_privacy_officer_sees_it_masked(actor, person):
    assert seen_by(actor("privacy_officer", "C"), person).masked


def test_a_post_elsewhere_does_not_lift_the_mask_here(account, county, person):
    from yigongti.kernel.access.models import Post
    from yigongti.kernel.access.queries import actor_by_username

    made = account("public_health_worker", "H2")
    Post.objects.using("bulk").create(
        account_id=made.pk, institution_id=county["H1"].pk, role_id="physician", valid_from="2026-01-01"
    )
    assert seen_by(actor_by_username(made.username, TODAY), person).masked


def test_residents_see_themselves_in_full(person):
    assert not seen_by(Actor(0, "", "", resident_id=person.pk), person).masked


def test_whom_an_emergency_let_in_sees_it_in_full(actor, person, county):
    physician = actor("physician", "H1")
    Opening.objects.using("bulk").create(
        resident=person, account_id=physician.account_id, institution=county["H1"], kind="emergency", reason="演示事由",
        opened_by_id=physician.account_id, started_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(hours=1),
    )  # fmt: skip
    assert not seen_by(physician, person).masked


def test_one_is_found_by_number_record_number_and_insured_number(actor, resident, county):
    made = resident("H2", insured_number="6099210000000001")
    Identifier.objects.using("bulk").create(resident=made, institution=county["H2"], kind="record", value="7")
    number = ring().open(made.number_sealed, "number")
    with scope(actor("physician", "H2")):
        assert queries.by_number(number.lower()).pk == made.pk
        assert queries.by_identifier(county["H2"].pk, "record", "7").pk == made.pk
        assert queries.by_insured_number("6099210000000001").pk == made.pk
        assert queries.by_public_id(str(made.public_id)).pk == made.pk


def test_what_is_not_the_actors_is_not_found_by_any_number(actor, resident, county):
    made = resident("V1", insured_number="6099210000000001")
    Identifier.objects.using("bulk").create(resident=made, institution=county["V1"], kind="record", value="7")
    with scope(actor("physician", "H2")):
        assert queries.by_number(ring().open(made.number_sealed, "number")) is None
        assert queries.by_identifier(county["V1"].pk, "record", "7") is None
        assert queries.by_insured_number("6099210000000001") is None
        with pytest.raises(NotFound):
            queries.by_public_id(made.public_id)


@pytest.mark.parametrize("text", ["", "no-number", "00000000-0000-0000-0000-000000000000"])
def test_a_public_number_of_nobody_is_not_found(actor, county, text):
    with scope(actor("physician", "H2")), pytest.raises(NotFound):
        queries.by_public_id(text)


def test_a_panel_is_read_page_by_page_and_says_its_size(actor, resident):
    made = [resident("H2", f"演示{place}").pk for place in "甲乙丙丁戊"]
    resident("V1", "演示己")
    physician, found, after = actor("physician", "H2"), [], 0
    with scope(physician):
        while after is not None:
            page = queries.panel(physician, at=NOW, after=after, limit=2)
            found += [row.pk for row in page.residents]
            after = page.next_after
        assert queries.panel_size(physician, at=NOW) == 5
    assert found == made


def test_a_resident_in_care_for_two_reasons_is_in_the_panel_once(actor, person, county):
    Care.objects.using("bulk").create(
        resident=person, institution=county["H2"], kind="encounter", valid_from=TODAY, source="1", made_at=NOW
    )
    physician = actor("physician", "H2")
    with scope(physician):
        assert len(queries.panel(physician, at=NOW).residents) == queries.panel_size(physician, at=NOW) == 1


def test_a_panel_of_one_village(actor, resident):
    resident("H2", "演示甲", village_code="609921001001")
    other = resident("H2", "演示乙", village_code="609921001002")
    physician = actor("physician", "H2")
    with scope(physician):
        page = queries.panel(physician, at=NOW, village_code="609921001002")
        assert [row.pk for row in page.residents] == [other.pk]
        assert queries.panel_size(physician, at=NOW, village_code="609921001002") == 1


def test_care_is_listed_to_the_side_that_gives_it(actor, person, county):
    Care.objects.using("bulk").create(
        resident=person, institution=county["H1"], kind="encounter", valid_from=TODAY, source="1", made_at=NOW
    )
    with scope(actor("physician", "H2")):
        assert [care.institution.code for care in queries.care_of(person.pk, live_on=TODAY)] == ["H2"]
    with scope(Actor(0, "", "", resident_id=person.pk)):
        assert [care.institution.code for care in queries.care_of(person.pk)] == ["H1", "H2"]
