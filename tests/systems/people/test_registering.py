"""Registering residents: what is checked, who may, and what the way on is for somebody who is registered already."""

from datetime import date

import pytest
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotPermitted
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.actions.register_resident import register_resident
from yigongti.kernel.people.details import Details
from yigongti.kernel.people.models import FOREVER, Care, Resident
from yigongti.kernel.people.sealing import ring

NUMBER = "60992119700506009X"


@pytest.fixture
def desk(actor):
    return actor("registration_desk", "H1")


def registered(desk, county, **fields):
    told = Details(**{"name": "演示甲", "number": NUMBER, **fields})
    return register_resident(desk, county["H1"].pk, told, at=timezone.now())


def test_sex_and_birth_date_are_read_from_the_number(desk, county):
    made = registered(desk, county)
    assert (made.sex, made.birth_date) == ("1", date(1970, 5, 6))


def test_number_and_telephone_are_sealed_at_rest_and_open_again(desk, county):
    made = registered(desk, county, phone="19900001234")
    kept = Resident.objects.using("bulk").values().get(pk=made.pk)
    assert not any(NUMBER in str(value) or "19900001234" in str(value) for value in kept.values())
    assert ring().open(kept["number_sealed"], "number") == NUMBER
    assert ring().open(kept["phone_sealed"], "phone") == "19900001234"


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"name": "  "}, "name"),
        ({"number": "609921197005060011"}, "number"),
        ({"number": "60992119701306009X"}, "number"),
        ({"sex": "2"}, "sex"),
        ({"birth_date": date(1970, 5, 7)}, "birth_date"),
        ({"number": "", "birth_date": date(2999, 1, 1)}, "birth_date"),
        ({"phone": "12"}, "phone"),
        ({"village_code": "12"}, "village_code"),
        ({"insurance_type": "x"}, "insurance_type"),
        ({"sex": "7"}, "sex"),
    ],
)
def test_a_field_that_is_wrong_is_named(desk, county, fields, where):
    with pytest.raises(InvalidInput) as refused:
        registered(desk, county, **fields)
    assert refused.value.where == where


def test_full_width_digits_and_a_small_x_are_the_same_number(desk, county):
    registered(desk, county)
    with pytest.raises(Conflict):
        registered(desk, county, number="６０９９２１ 19700506009x")


def test_a_number_that_is_registered_names_the_way_on(desk, county, actor):
    registered(desk, county)
    clerk = actor("township_clerk", "T1")
    with pytest.raises(Conflict, match="number_registered") as refused:
        register_resident(clerk, county["T1"].pk, Details(name="演示乙", number=NUMBER), at=timezone.now())
    assert "让本机构照管" in refused.value.text.zh


def test_a_hospital_cares_for_some_days_and_a_clinic_for_good(desk, county, actor):
    here = registered(desk, county)
    doctor = actor("village_doctor", "V1")
    there = register_resident(doctor, county["V1"].pk, Details(name="演示乙"), at=timezone.now())
    ends = dict(Care.objects.using("bulk").values_list("resident_id", "valid_to"))
    assert ends[there.pk] == FOREVER
    assert (ends[here.pk] - timezone.localdate()).days == 30


def test_who_registers_sees_the_registration_afterwards(desk, county):
    made = registered(desk, county)
    with scope(desk):
        assert Resident.objects.get().pk == made.pk


@pytest.mark.parametrize("role", ["physician", "privacy_officer", "public_health_worker", "coder"])
def test_other_posts_register_nobody(role, actor, county):
    with pytest.raises(NotPermitted):
        register_resident(actor(role, "H1"), county["H1"].pk, Details(name="演示甲"), at=timezone.now())


def test_nobody_registers_at_another_institution(desk, county):
    with pytest.raises(NotPermitted):
        register_resident(desk, county["H2"].pk, Details(name="演示甲"), at=timezone.now())


def test_registering_is_in_the_trail_without_the_number(desk, county):
    from yigongti.kernel.trail.models import TrailEntry

    made = registered(desk, county)
    entry = TrailEntry.objects.using("bulk").get(verb="people.register")
    assert entry.subject == str(made.public_id)
    assert NUMBER not in str(entry.detail)
