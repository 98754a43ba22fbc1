"""Case-mix performance: indices, low-risk mortality that is not maintained, department scores."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yigongti.engines.casemix.performance.public import (
    DepartmentRules,
    Performance,
    PerformedCase,
    performance_of,
    performance_table,
    quadrant,
    score_department,
)
from yigongti.engines.casemix.pricing.public import Category, WeightTable, weights_from_rows
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.policy import Policy


def case(cost: str = "5000.00", **changes: object) -> PerformedCase:
    usual = PerformedCase(
        "BR25", Category.NORMAL, Decimal("1.2"), Decimal(cost), 8, Decimal(6000), Decimal(4000), Decimal(1000)
    )
    return replace(usual, **changes)


def test_the_cost_index_holds_a_unit_against_the_county_group_by_group(weights: WeightTable) -> None:
    own = [case("6000.00"), case("3000.00", drg="ES35")]
    county = [*own, case("4000.00"), case("3000.00", drg="ES35")]
    found = performance_of(own, county, weights)
    assert found.cost_index == Decimal("1.1000")  # (6000/5000 + 3000/3000) / 2
    assert found.time_index == Decimal("1.0000")


def test_low_risk_mortality_is_not_maintained_rather_than_zero_without_a_list() -> None:
    bare = weights_from_rows([{"drg": "BR25", "relative_weight": "1.2"}])
    found = performance_of([case()], [case()], bare)
    assert (found.low_risk_state, found.low_risk_mortality) == ("not_maintained", None)


def test_a_death_in_a_low_risk_group_shows(weights: WeightTable) -> None:
    low = [case(drg="ES35", died=True), case(drg="ES35"), case(drg="ES35")]
    found = performance_of(low, low, weights)
    assert (found.low_risk_state, found.low_risk_mortality) == ("maintained", Decimal("0.333333"))


def test_the_in_group_rate_counts_what_could_not_be_grouped(weights: WeightTable) -> None:
    cases = [case(), case(), case(drg="0000", category=Category.UNGROUPABLE, relative_weight=None)]
    found = performance_of(cases, cases, weights)
    assert (found.in_group_rate, found.cmi) == (Decimal("0.6667"), Decimal("1.2000"))


@pytest.mark.parametrize(
    ("cost", "time", "place"),
    [("0.9", "1", "cheaper_and_quicker"), ("1.1", "1.2", "dearer_and_slower"), ("1.1", "0.8", "dearer_and_quicker")],
)
def test_a_unit_has_its_quadrant(cost: str, time: str, place: str) -> None:
    assert quadrant(Decimal(cost), Decimal(time)) == place


def test_a_unit_without_an_index_has_no_quadrant() -> None:
    assert quadrant(None, Decimal(1)) == ""


performed = st.builds(
    PerformedCase,
    drg=st.sampled_from(["BR25", "ES35", "AA19", "0000", ""]),
    category=st.sampled_from(list(Category)),
    relative_weight=st.one_of(st.none(), st.decimals(min_value="0.0001", max_value=40, places=4)),
    total_cost=st.one_of(st.none(), st.decimals(min_value=0, max_value=90000, places=2)),
    length_of_stay_days=st.one_of(st.none(), st.integers(0, 70)),
    payment=st.one_of(st.none(), st.decimals(min_value=0, max_value=90000, places=2)),
    fund_payment=st.one_of(st.none(), st.decimals(min_value=0, max_value=90000, places=2)),
    balance=st.one_of(st.none(), st.decimals(min_value=-90000, max_value=90000, places=2)),
    died=st.booleans(),
)


def to_table(units: list[tuple[str | None, PerformedCase]]) -> ibis.Table:
    types: dict[str, Any] = {
        "relative_weight": pa.decimal128(14, 4), "length_of_stay_days": pa.int64(), "died": pa.bool_(),
    }  # fmt: skip
    money = dict.fromkeys(("total_cost", "payment", "fund_payment", "balance"), pa.decimal128(14, 2))
    columns: dict[str, Any] = {
        field.name: pa.array(
            [getattr(one, field.name) for _, one in units], {**types, **money}.get(field.name, pa.string())
        )
        for field in fields(PerformedCase)
    }
    return ibis.memtable(pa.table({"department_code": pa.array([unit for unit, _ in units], pa.string()), **columns}))


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(units=st.lists(st.tuples(st.sampled_from(["A", "B", None]), performed), min_size=1, max_size=30))
def test_the_table_measures_as_the_reference_does(
    units: list[tuple[str | None, PerformedCase]], weights: WeightTable, connection: ibis.BaseBackend
) -> None:
    everyone = [one for _, one in units]
    names = [field.name for field in fields(Performance)]
    (whole,) = connection.to_pyarrow(performance_table(to_table(units), weights)).to_pylist()
    expected = performance_of(everyone, everyone, weights)
    assert whole == {name: getattr(expected, name) for name in names}
    rows = connection.to_pyarrow(performance_table(to_table(units), weights, ["department_code"])).to_pylist()
    assert len(rows) == len({unit for unit, _ in units})
    for row in rows:
        own = performance_of([one for unit, one in units if unit == row["department_code"]], everyone, weights)
        assert {name: row[name] for name in names} == {name: getattr(own, name) for name in names}
    by_group = connection.to_pyarrow(performance_table(to_table(units), weights, ["drg"])).to_pylist()
    assert sum(row["cases"] for row in by_group) == len(units)


def test_a_missing_column_is_named(weights: WeightTable) -> None:
    with pytest.raises(InvalidInput, match="department_code"):
        performance_table(to_table([("A", case())]).drop("department_code"), weights, ["department_code"])


@pytest.fixture(scope="module")
def department_rules(policy: Policy) -> DepartmentRules:
    return DepartmentRules.from_policy(policy, on=date(2026, 10, 31))


def row(**changes: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "institution_code": "H1", "department_code": "cardiology", "normal_cases": 90, "assessable_cases": 100,
        "balance": Decimal("-4000.00"), "fund_payment": Decimal("100000.00"),
    }  # fmt: skip
    return {**usual, **changes}


def test_a_department_earns_fifty_for_entry_and_thirty_for_a_small_loss(department_rules: DepartmentRules) -> None:
    score = score_department(row(), department_rules)
    assert (score.entry_points, score.balance_points, score.score) == (Decimal(50), Decimal(30), Decimal(80))
    assert score.balance_share == Decimal("-0.0400")


def test_a_department_below_every_band_earns_nothing(department_rules: DepartmentRules) -> None:
    assert score_department(row(normal_cases=60, balance=Decimal(-20000)), department_rules).score == 0


def test_a_department_with_few_cases_is_not_assessed_and_the_reason_is_said(department_rules: DepartmentRules) -> None:
    score = score_department(row(normal_cases=9, assessable_cases=9), department_rules)
    assert (score.assessed, score.score, score.reason.zh) == (False, None, "病例数 9 少于 10")


def test_a_department_that_the_policy_leaves_out_is_not_assessed(department_rules: DepartmentRules) -> None:
    excluded = replace(department_rules, not_assessed=frozenset({"cardiology"}))
    assert score_department(row(), excluded).reason.zh == "政策规定不考核的科室"


def test_a_department_on_which_the_fund_spent_nothing_is_not_assessed(department_rules: DepartmentRules) -> None:
    assert score_department(row(fund_payment=Decimal(0)), department_rules).assessed is False
