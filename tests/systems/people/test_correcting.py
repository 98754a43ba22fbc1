"""Correcting a registration, groups and households: by whom, and what happens when two do it at once."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted
from yigongti.kernel.people.actions.groups import join_group, leave_group
from yigongti.kernel.people.actions.set_household import set_household
from yigongti.kernel.people.actions.update_resident import update_resident
from yigongti.kernel.people.groups import birthday, groups_of
from yigongti.kernel.people.models import Resident, ResidentGroup
from yigongti.kernel.people.sealing import ring

NOW = timezone.now()
TODAY = timezone.localdate(NOW)


@pytest.fixture
def doctor(actor):
    return actor("village_doctor", "V1")


@pytest.fixture
def person(resident):
    return resident("V1", "演示甲", phone="19900001234", address="示范县城关镇东村12号")


def corrected(doctor, person, version=1, **changes):
    return update_resident(doctor, person.public_id, changes, version=version, at=NOW)


def test_only_what_is_named_changes(doctor, person):
    after = corrected(doctor, person, phone="19900005678")
    assert ring().open(after.phone_sealed, "phone") == "19900005678"
    assert (after.name, after.address, after.number_index, after.version) == (
        person.name, person.address, person.number_index, 2,
    )  # fmt: skip


def test_of_two_who_read_one_version_the_second_is_told(doctor, person):
    corrected(doctor, person, address="新地址")
    with pytest.raises(Conflict, match="changed_meanwhile"):
        corrected(doctor, person, address="另一个新地址")
    assert Resident.objects.using("bulk").get().address == "新地址"


def test_the_number_of_another_resident_is_refused(doctor, person, resident):
    other = resident("H2", "演示乙")
    number = ring().open(other.number_sealed, "number")
    with pytest.raises(Conflict, match="number_of_another"):
        corrected(doctor, person, number=number)


def test_what_does_not_agree_with_the_number_is_named(doctor, person):
    with pytest.raises(InvalidInput) as refused:
        corrected(doctor, person, birth_date=date(1971, 1, 1))
    assert refused.value.where == "birth_date"


def test_an_unknown_field_is_refused(doctor, person):
    with pytest.raises(InvalidInput, match="unknown_field"):
        corrected(doctor, person, public_id="x")


def test_who_does_not_see_the_registration_does_not_find_it(actor, person):
    with pytest.raises(NotFound):
        corrected(actor("registration_desk", "H2"), person, name="演示丙")


def test_who_reads_without_registering_corrects_nothing(actor, resident):
    with pytest.raises(NotPermitted):
        corrected(actor("physician", "H2"), resident("H2"), name="演示丙")


def test_a_resident_joins_and_leaves_a_group(doctor, person):
    join_group(doctor, person.public_id, "pregnant", since=TODAY - timedelta(days=9), at=NOW)
    leave_group(doctor, person.public_id, "pregnant", last_day=TODAY, at=NOW)
    assert ResidentGroup.objects.using("bulk").get().valid_to == TODAY


def test_nobody_joins_a_group_twice_at_a_time(doctor, person):
    join_group(doctor, person.public_id, "elder", since=TODAY, at=NOW)
    with pytest.raises(Conflict, match="group_already"):
        join_group(doctor, person.public_id, "elder", since=TODAY - timedelta(days=1), at=NOW)


@pytest.mark.parametrize(
    ("group", "since", "where"), [("no-group", TODAY, "group"), ("elder", TODAY + timedelta(days=1), "since")]
)
def test_a_group_or_day_that_cannot_be_is_named(doctor, person, group, since, where):
    with pytest.raises(InvalidInput) as refused:
        join_group(doctor, person.public_id, group, since=since, at=NOW)
    assert refused.value.where == where


def test_who_is_in_no_group_leaves_none(doctor, person):
    with pytest.raises(NotFound):
        leave_group(doctor, person.public_id, "elder", last_day=TODAY, at=NOW)


def test_those_who_live_together_share_a_household(doctor, person, resident, county):
    other = resident("V1", "演示乙")
    first = set_household(doctor, county["V1"].pk, person.public_id, "H1", relation_to_head="0", at=NOW)
    again = set_household(doctor, county["V1"].pk, other.public_id, "H1", relation_to_head="1", at=NOW)
    assert first.pk == again.pk
    assert Resident.objects.using("bulk").filter(household=first).count() == 2


def test_an_empty_code_takes_a_resident_out_of_the_household(doctor, person, county):
    set_household(doctor, county["V1"].pk, person.public_id, "H1", at=NOW)
    set_household(doctor, county["V1"].pk, person.public_id, "", at=NOW)
    assert Resident.objects.using("bulk").get().household_id is None


@pytest.mark.parametrize(
    ("born", "today", "expected"),
    [
        (date(1961, 3, 1), date(2026, 2, 28), []),
        (date(1961, 3, 1), date(2026, 3, 1), [("elder", date(2026, 3, 1))]),
        (date(2019, 3, 1), date(2026, 2, 28), [("child", date(2019, 3, 1))]),
        (date(2019, 3, 1), date(2026, 3, 1), []),
        (None, date(2026, 3, 1), []),
    ],
)
def test_groups_of_age_begin_and_end_on_birthdays(born, today, expected):
    assert groups_of(born, [], today) == expected


def test_who_is_born_on_a_leap_day_grows_older_on_the_first_of_march():
    assert birthday(date(1960, 2, 29), 65) == date(2025, 3, 1)
