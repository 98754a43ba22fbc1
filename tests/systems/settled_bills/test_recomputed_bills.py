"""Every settlement of the month computed again: only what was paid wrongly differs, and by how much."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal

import pytest
from settled_rows import AT, MONTH, row

from yigongti.demo.county.public import generate
from yigongti.facts.public import Lake, PastFile, load_history, read_derived, take_snapshot
from yigongti.foundation.period import Month
from yigongti.processes.settled_bills.month import recompute_month, result_key
from yigongti.processes.settled_bills.recomputing import recompute

RIGHT = {"deductible": "600", "pool_fund": "280", "cash": "720"}  # (1000 - 600) at 70 %


def differing(rows, policy):
    return {each.row["settlement_number"]: each for each in recompute(rows, policy) if each.differs}


@pytest.fixture
def right(policy):
    """The amounts of the plain stay as the policy has them."""
    (found,) = recompute([row("S1")], policy)
    pool = found.right["pool_fund"]
    return {"deductible": str(found.right["deductible"]), "pool_fund": str(pool), "cash": str(1000 - pool)}


def test_what_was_paid_as_the_policy_says_does_not_differ(right, policy):
    assert not differing([row("S1", **right)], policy)


def test_the_difference_is_what_the_funds_paid_too_much(right, policy):
    more = Decimal(right["pool_fund"]) + 20
    wrong = row("S1", **right | {"pool_fund": str(more), "cash": str(1000 - more)})
    assert differing([wrong], policy)["S1"].difference == 20


def test_a_second_stay_of_the_year_bears_half_the_deductible(right, policy):
    later = {"started_on": date(2026, 9, 20), "ended_on": date(2026, 9, 25), "settled_on": date(2026, 9, 25)}
    found = differing([row("S1", **right), row("S2", **right, **later)], policy)
    assert list(found) == ["S2"] and found["S2"].right["deductible"] == Decimal("300.00")


def test_a_wrong_payment_does_not_make_later_ones_wrong(right, policy):
    later = {"started_on": date(2026, 9, 20), "ended_on": date(2026, 9, 25), "settled_on": date(2026, 9, 25)}
    wrong = row("S1", **{"deductible": "0", "pool_fund": "700", "cash": "300"})
    (second,) = [
        e for e in recompute([row("S1", **right), row("S2", **later)], policy) if e.row["settlement_number"] == "S2"
    ]
    paid = {name: str(amount) for name, amount in second.right.items()}
    paid["cash"] = str(1000 - sum(Decimal(second.right[n]) for n in second.right if n != "deductible"))
    assert list(differing([wrong, row("S2", **paid, **later)], policy)) == ["S1"]


def test_what_was_taken_back_and_what_takes_back_is_left_out(right, policy):
    negative = {name: f"-{amount}" for name, amount in right.items()}
    back = row("S2", reverses="S1", total_cost="-1000", **negative)
    wrong = row("S1", **right | {"pool_fund": "300", "cash": "700"})
    assert not differing([wrong, back, row("S3", **right)], policy)


def test_a_bill_that_the_engine_refuses_is_told_with_its_reason(policy):
    found = differing([row("S1", care="two_diseases", disease_code="gout")], policy)
    assert found["S1"].refused == "benefit.disease_unknown"


def test_planted_faults_of_the_demo_county_are_found_exactly(tmp_path, policy):
    county, last = tmp_path / "county", Month(2026, 2)
    generate(county, 6_000, 1, last, 3, fee_lines_per_stay=30, policy=policy, settlement_months=2)
    lake = Lake(tmp_path / "lake")
    files = [
        PastFile(file, file.parent.name, Month.parse(file.parent.parent.name))
        for file in sorted(county.glob("submissions/*/*/settlements.parquet"))
    ]
    load_history(lake, "settlements", files, submitted_by="t", submitted_at=AT)
    found = set()
    for month in (Month(2026, 1), last):
        snapshot = take_snapshot(lake, [month])
        recompute_month(month, lake, snapshot, policy)
        rows = read_derived(lake, "benefit_differences", month, result_key(month, lake, snapshot, policy))
        found |= set(rows["settlement_number"].to_pylist())
    with (county / "truth" / "settlement_faults.csv").open(encoding="utf-8", newline="") as file:
        planted = {each["settlement_number"] for each in csv.DictReader(file)}
    assert planted and found == planted


def test_a_person_is_read_back_to_the_year_before(lake, submit, right, policy):
    january = {"started_on": date(2026, 1, 1), "ended_on": date(2026, 1, 5), "settled_on": date(2026, 1, 5)}
    submit([row("S0", **right, **january)], Month(2026, 1))
    submit([row("S1", **right)])
    snapshot = take_snapshot(lake, [MONTH])
    files = recompute_month(MONTH, lake, snapshot, policy)
    assert [file.rows for file in files] == [1, 1]
