"""Settled twice only for those whom a change can reach: the same rows as settling everybody twice."""

import random
from contextlib import closing
from datetime import date
from decimal import Decimal

import pytest

from systems.rehearsal.conftest import bill, put
from yigongti.facts.public import Lake, connect, take_snapshot
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.processes.rehearsal.as_if import as_if
from yigongti.processes.rehearsal.changes import laid_over, with_reasons
from yigongti.processes.rehearsal.editing import NewValue, fields_of, with_new_value
from yigongti.processes.rehearsal.replayers.benefits import PAYERS, Benefits
from yigongti.processes.rehearsal.replayers.reach import Reach, reach_of
from yigongti.processes.rehearsal.replaying import Facts

NEXT_YEAR, FIRST, LAST = date(2027, 1, 1), date(2026, 7, 1), date(2026, 9, 30)
MONTHS = (Month(2026, 7), Month(2026, 8), Month(2026, 9))
CHANGES = {
    "a deductible of one level": ("benefit.deductible", "value:390/county", "900"),
    "a ratio of visits": ("benefit.outpatient_ratio", "value:390/township", "0.3"),
    "what a group gets more": ("benefit.group_points", "value:390/low_income", "0.1"),
    "a yearly cap": ("benefit.yearly_cap", "value:390", "20000"),
}


@pytest.fixture(scope="module")
def base(policy_root):
    return Policy.load(policy_root)


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """300 invented bills of 60 persons, stays and visits, with groups and referrals."""
    chance, rows = random.Random(11), []
    for number in range(300):
        stay, level = chance.random() < 0.5, chance.choice(["township", "county", "city"])
        rows.append(
            bill(
                f"n{number:03d}", institution=chance.choice(["H1", "T1"]), month=chance.choice([7, 8, 9]),
                person=f"P{chance.randrange(60)}",
                total=str(Decimal(chance.randrange(2_000, 4_000_000 if stay else 20_000)) / 100),
                care="inpatient" if stay else "outpatient",
                level=level if stay else chance.choice(["township", "county"]),
                groups=chance.choice([[], [], ["low_income"], ["orphan", "low_income"]]),
                referral=chance.choice(["none", "up"]), insurance_type=chance.choice(["390", "390", "310"]),
            )
        )  # fmt: skip
    made = Lake(tmp_path_factory.mktemp("reach") / "lake")
    put(made, rows)
    return made


def replayed(base, policy_root, name, case, to):
    given = {field.name: field.text for field in fields_of(base.parameter(name), NEXT_YEAR)}
    new = NewValue(NEXT_YEAR, {**given, case: to}, "residents-example-2024")
    files = with_reasons([policy_root], with_new_value(base, name, new), "试")
    with laid_over([policy_root], files) as changed:
        return as_if(base, changed, files, effective_on=NEXT_YEAR, first_on=FIRST)


@pytest.mark.parametrize("change", CHANGES)
def test_whom_a_change_does_not_reach_is_paid_the_same(base, policy_root, lake, change):
    files = replayed(base, policy_root, *CHANGES[change])
    part = Benefits()
    snapshot = take_snapshot(lake, MONTHS)
    connection = connect(lake, snapshot)
    with closing(connection.con), laid_over([policy_root], files) as changed:
        facts = Facts(lake, snapshot, MONTHS, connection, base.release.digest)
        before, everybody = part.run(facts, base), part.run(facts, changed)
        narrowed = part.run_changed(facts, base, changed, before)
    assert narrowed.equals(everybody)
    assert any(before[payer.name] != everybody[payer.name] for payer in PAYERS)


def test_a_deductible_of_one_level_reaches_only_who_stayed_there(base, policy_root):
    files = replayed(base, policy_root, *CHANGES["a deductible of one level"])
    with laid_over([policy_root], files) as changed:
        found = reach_of(base, changed, FIRST, LAST)
    assert found == {Reach("390", frozenset({"inpatient", "major_disease"}), frozenset({"county"}))}


def test_a_policy_that_does_not_differ_reaches_nobody(base):
    assert reach_of(base, base, FIRST, LAST) == frozenset()
