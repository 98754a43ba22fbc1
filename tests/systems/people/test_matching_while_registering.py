"""Candidates while a desk types: found by what was written with slips, masked, and told to nobody without a reason."""

from datetime import date

import pytest
from django.utils import timezone

from yigongti.foundation.errors import NotPermitted
from yigongti.kernel.people.details import Details
from yigongti.kernel.people.matching import candidates

NOW = timezone.now()


@pytest.fixture
def desk(actor):
    return actor("registration_desk", "H1")


@pytest.fixture
def person(resident):
    return resident(
        "V1", "欧阳国强", born=date(1956, 3, 9), phone="19900001234", address="示范县（演示）城关镇东村12号",
        village_code="609921001001", insured_number="6099210000000001",
    )  # fmt: skip


def number_of(person):
    from yigongti.kernel.people.sealing import ring

    return ring().open(person.number_sealed, "number")


def found(desk, county, **typed):
    return candidates(desk, county["H1"].pk, Details(**{"name": "", **typed}), at=NOW).candidates


def test_the_number_alone_finds_the_registration(desk, county, person):
    (only,) = found(desk, county, name="欧阳国强", number=number_of(person))
    assert (only.public_id, only.decision) == (person.public_id, "same")


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "欧阳国强", "birth_date": date(1956, 3, 9), "phone": "19900001234"},
        {"name": "欧阳国墙", "birth_date": date(1956, 3, 9), "address": "示范县城关镇东村12号", "phone": "19900001234"},
        {"name": "欧阳国强", "birth_date": date(1956, 9, 3), "phone": "19900001234"},
        {"name": "欧阳国强", "birth_date": date(1956, 3, 9), "insured_number": "6099210000000001"},
    ],
    ids=["without the number", "a like-sounding name", "day and month swapped", "by the insured number"],
)
def test_slips_are_seen_through(desk, county, person, typed):
    assert [alike.public_id for alike in found(desk, county, sex="1", village_code="609921001001", **typed)] == [
        person.public_id
    ]


def test_a_number_with_a_slip_that_was_kept_as_another_documents_is_found(desk, county, resident):
    slipped = resident("V1", "欧阳国强", born=date(1956, 3, 9), number="609921195603090019", number_kind="other")
    (only,) = found(desk, county, name="欧阳国强", number="609921195603090018", birth_date=date(1956, 3, 9), sex="1")
    assert only.public_id == slipped.public_id
    assert only.agrees["number"] == "slip"


def test_somebody_else_is_no_candidate(desk, county, person):
    assert found(desk, county, name="王芳", birth_date=date(1999, 1, 1), sex="2", phone="19900009999") == []


def test_candidates_are_masked_whoever_asks(desk, county, person):
    (only,) = found(desk, county, name="欧阳国强", number=number_of(person))
    assert only.identity.name == "欧***"
    assert only.identity.number.count("*") == 10
    assert only.identity.phone == "199****1234"
    assert only.identity.address == "示范县（演示）城关镇"


def test_merged_registrations_are_no_candidates(desk, county, person, resident, actor):
    from yigongti.kernel.people.actions.merge import merge

    other = resident("V1", "欧阳国强", born=date(1956, 3, 9), number="", phone="19900001234")
    merge(actor("master_index_clerk", "C"), person.public_id, other.public_id, reason="同一人", at=NOW)
    shown = found(desk, county, name="欧阳国强", birth_date=date(1956, 3, 9), phone="19900001234", sex="1")
    assert [alike.public_id for alike in shown] == [person.public_id]


@pytest.mark.parametrize("role", ["coder", "privacy_officer", "public_health_worker"])
def test_who_registers_nobody_is_told_nothing(actor, role, county, person):
    with pytest.raises(NotPermitted):
        found(actor(role, "H1"), county, name="欧阳国强", number=number_of(person))


def test_a_draft_with_nothing_to_search_by_finds_nobody(desk, county, person):
    assert found(desk, county, name="欧阳国强") == []
