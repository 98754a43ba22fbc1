"""Looking for residents registered twice: pairs are kept for decision, decided ones stay decided, none is merged."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from yigongti.foundation.errors import NotPermitted
from yigongti.kernel.people.actions.decide_pair import decide_different, merge_certain
from yigongti.kernel.people.jobs import match, start_matching
from yigongti.kernel.people.models import DoubtfulPair, Merge, Resident
from yigongti.kernel.people.pairs import find_doubtful_pairs

NOW = timezone.now()
TODAY = timezone.localdate(NOW)


@pytest.fixture
def clerk(actor):
    return actor("master_index_clerk", "C")


@pytest.fixture
def twice(resident):
    """Somebody registered a second time without the number, and a stranger."""
    told = {"born": date(1956, 3, 9), "phone": "19900001234", "address": "示范县（演示）城关镇东村12号"}
    first = resident("V1", "欧阳国强", insured_number="6099210000000001", village_code="609921001001", **told)
    again = resident(
        "H2", "欧阳国强", number="", insured_number="6099210000000001", village_code="609921001001", **told
    )
    resident("H2", "王芳", born=date(1999, 1, 1), sex="2")
    return first, again


def looked(at=NOW):
    return find_doubtful_pairs(at=at, today=TODAY)


def pairs():
    return DoubtfulPair.objects.using("bulk")


def test_a_second_registration_is_found_and_not_merged(twice):
    found = looked()
    assert (found.registrations, found.certain + found.doubtful) == (3, 1)
    pair = pairs().get()
    assert (pair.first_id, pair.second_id) == (twice[0].pk, twice[1].pk)
    assert pair.levels["name"] == "same"
    assert not Merge.objects.using("bulk").exists()


def test_looking_again_keeps_one_pair(twice):
    looked()
    looked(NOW + timedelta(hours=1))
    assert pairs().count() == 1


def test_a_decided_pair_is_not_asked_again(twice, clerk):
    looked()
    decide_different(clerk, pairs().get().pk, reason="双胞胎", at=NOW)
    assert looked(NOW + timedelta(hours=1)).doubtful == 0
    assert pairs().get().state == DoubtfulPair.State.DIFFERENT


def test_a_pair_that_is_no_longer_alike_goes(twice):
    looked()
    Resident.objects.using("bulk").filter(pk=twice[1].pk).update(
        name="王芳芳", sex="2", birth_date=date(2001, 1, 1), phone_sealed="", address="", insured_number="",
        village_code="",
    )  # fmt: skip
    assert looked(NOW + timedelta(hours=1)).gone == 1
    assert not pairs().exists()


def test_what_an_institution_asked_stays_asked(twice):
    pairs().create(
        first=twice[0], second=twice[1], weight=0, probability=0.5, rule="asked_by_institution", found_at=NOW
    )
    looked(NOW + timedelta(hours=1))
    assert pairs().get().rule == "asked_by_institution"


def test_merged_registrations_are_not_looked_at(twice, clerk):
    looked()
    pairs().update(certain=True, probability=1.0)
    assert merge_certain(clerk, reason="批量合并", at=NOW) == (1, 0)
    assert looked(NOW + timedelta(hours=1)).registrations == 2


def test_the_work_runs_as_a_job_of_who_may_match(twice, clerk):
    from yigongti.kernel.jobs.public import Progress

    assert match(Progress(), clerk)["registrations"] == 3


@pytest.mark.parametrize("role", ["registration_desk", "physician"])
def test_others_do_not_start_it(actor, role, county):
    with pytest.raises(NotPermitted):
        start_matching(actor(role, "H1"), county["H1"].pk, at=NOW)
