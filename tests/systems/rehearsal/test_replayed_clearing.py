"""A cleared year replayed under another share of the surplus; only for who may see that clearing."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from systems.rehearsal.conftest import AT
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month
from yigongti.kernel.access.scope import scope

MONTHS = {f"2026-{number:02d}": "f" * 64 for number in range(1, 13)}
NEXT_YEAR = date(2027, 1, 1)


@pytest.fixture
def cleared(county, actor, policy_root):
    """Quota 1,000,000.00, spent 900,000.00, score 93: kept 93,000.00. All sums are invented."""
    from yigongti.foundation.policy import Policy
    from yigongti.processes.year_end_clearing.actions.compute_clearing import compute_clearing
    from yigongti.processes.year_end_clearing.inputs import ClearingInputs, InstitutionInput

    institutions = tuple(
        InstitutionInput(county[code].pk, code, tier, 1000, Decimal(100), Decimal(93), Decimal("0.00"), Decimal(1000))
        for code, tier in {"H1": "county", "T1": "township", "V1": "village"}.items()
    )
    inputs = ClearingInputs(
        year=2026, community_id=county["H1"].pk, community_code="H1", office_id=county["C"].pk, office_code="C",
        quota=Decimal(1_000_000), spending={"inside": Decimal(900_000)}, score=Decimal(93), months=MONTHS,
        institutions=institutions,
    )  # fmt: skip
    accountant = actor("fund_accountant", "C", username="clearing")
    with scope(accountant):
        return compute_clearing(accountant, inputs, policy=Policy.load(policy_root), at=AT)


def replayed(lake, policy_root, asker):
    """The share of a residents' surplus that may be kept goes from 1 to 0.5."""
    from yigongti.foundation.policy import Policy
    from yigongti.kernel.jobs.progress import Progress
    from yigongti.processes.rehearsal.changes import with_reasons
    from yigongti.processes.rehearsal.editing import NewValue, fields_of, with_new_value
    from yigongti.processes.rehearsal.rehearse import Question, rehearse

    base = Policy.load(policy_root)
    given = {field.name: field.text for field in fields_of(base.parameter("fund.surplus_share"), NEXT_YEAR)}
    new = NewValue(NEXT_YEAR, {**given, "value:390": "0.5"}, "fund-packaging-practice")
    files = with_reasons([policy_root], with_new_value(base, "fund.surplus_share", new), "x")
    question = Question(files, NEXT_YEAR, Month(2026, 7), Month(2026, 9))
    found = rehearse(question, layers=[policy_root], lake=lake, progress=Progress(), asker=asker)
    return found.comparisons[0]


def test_half_the_share_halves_what_is_kept_by_every_institution(cleared, people, three_months, policy_root):
    found = replayed(three_months, policy_root, people["officer"])
    kept = {line.key: line.payers["kept"] for line in found.lines if line.dimension == "institution"}
    assert found.total.payers["kept"] == (9_300_000, 4_650_000)
    assert kept == {"H1": (5_580_000, 2_790_000), "T1": (2_790_000, 1_395_000), "V1": (930_000, 465_000)}


def test_what_was_kept_back_is_returned_as_before(cleared, people, three_months, policy_root):
    returned = replayed(three_months, policy_root, people["officer"]).total.payers["returned"]
    assert returned[0] == returned[1]


def test_who_may_not_see_the_clearing_is_told_that_there_is_none(cleared, actor, three_months, policy_root):
    stranger = actor("hospital_insurance_office", "H2", username="elsewhere")
    with pytest.raises(InvalidInput, match=r"rehearsal\.no_clearing"):
        replayed(three_months, policy_root, stranger)


def test_the_inputs_that_are_kept_come_back_as_the_same_value(cleared, people):
    from yigongti.processes.year_end_clearing.public import standing_inputs

    with scope(people["officer"]):
        (inputs,) = standing_inputs([2026])
    assert inputs.digest(cleared.release) == cleared.digest
    assert replace(inputs, score=Decimal(92)).digest(cleared.release) != cleared.digest
