"""Rotating the key ring: everything is sealed anew, also after a broken-off run, and no key goes that is still used."""

import pytest

from yigongti.kernel.people import rotating
from yigongti.kernel.people.models import Resident
from yigongti.kernel.people.rotating import SealedColumn, rotate, status
from yigongti.kernel.people.sealing import NotOpened, keep_ring, ring


@pytest.fixture
def own_ring(database):
    """The ring as it was, back in its place afterwards."""
    before = ring()
    yield before
    keep_ring(before)


@pytest.fixture
def people(own_ring, resident):
    return [resident("V1", f"演示{place}", phone="19900001234") for place in "甲乙丙丁戊"]


def sealed():
    return list(Resident.objects.using("bulk").order_by("pk").values_list("number_sealed", "phone_sealed"))


def opened():
    return [(ring().open(number, "number"), ring().open(phone, "phone")) for number, phone in sealed()]


def test_everything_is_sealed_anew_and_opens_as_before(people, own_ring):
    before, told = sealed(), opened()
    after = rotate()
    assert after.current != own_ring.current
    assert opened() == told
    assert not set(sealed()) & set(before)
    assert all(number.startswith(f"{after.current}:") for number, _phone in sealed())


def test_people_are_found_by_their_numbers_as_before(people):
    indexes = list(Resident.objects.using("bulk").values_list("number_index", "phone_index"))
    rotate()
    assert list(Resident.objects.using("bulk").values_list("number_index", "phone_index")) == indexes


def test_the_key_before_stays_until_the_next_rotation_and_then_goes(people, own_ring):
    second = rotate()
    assert own_ring.current in second.keys
    third = rotate()
    assert set(third.keys) == {second.current, third.current}


def test_a_value_that_came_late_under_the_key_before_is_sealed_by_the_next_rotation(people, own_ring):
    rotate()
    late = own_ring.seal("late", "number")
    Resident.objects.using("bulk").filter(pk=people[0].pk).update(number_sealed=late)
    rotate()
    assert opened()[0][0] == "late"


def test_a_rotation_that_was_broken_off_is_finished(people, own_ring, monkeypatch):
    told = opened()
    monkeypatch.setattr(rotating, "_BATCH", 2)
    keys = own_ring.rotated()
    keep_ring(keys)
    SealedColumn("people_resident", "number_sealed", "number").reseal(keys, 0)  # one batch, then the power failed
    assert status()["people_resident.number_sealed"] == {own_ring.current: 3, keys.current: 2}
    rotate(new_key=False)
    assert status()["people_resident.number_sealed"] == {keys.current: 5}
    assert opened() == told


def test_a_value_that_no_key_opens_stops_the_rotation_and_no_key_goes(people, own_ring):
    Resident.objects.using("bulk").filter(pk=people[0].pk).update(number_sealed="1:AAAA")
    with pytest.raises(NotOpened):
        rotate()
    assert own_ring.current in ring().keys


def test_status_counts_what_each_key_sealed(people, own_ring):
    assert status()["people_resident.phone_sealed"] == {own_ring.current: 5}
