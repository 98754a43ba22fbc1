"""Weights from past cases: worked figures, and the two implementations held together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yigongti.engines.casemix.pricing.weighing import PastCase, WeighingRules, base_rate, weigh
from yigongti.engines.casemix.pricing.weighing_table import weigh_table, weights_of
from yigongti.engines.casemix.pricing.weight_table import WeightTable, weights_from_rows
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.policy import Policy

PLAIN = WeighingRules("none", Decimal(0), Decimal(0), 2, Decimal(1), ("adrg", "prior"), (Decimal(1),))


def cases(drg: str, *costs: str, year: int = 2025, stay: int = 7) -> list[PastCase]:
    return [PastCase(year, drg, Decimal(cost), stay) for cost in costs]


def test_a_weight_is_the_group_s_mean_over_the_mean_of_all() -> None:
    table = weigh([*cases("AA11", "9000", "11000"), *cases("BB15", "1000", "3000")], PLAIN, newest=2025)
    assert table.overall_mean_cost == Decimal("6000.00")
    assert table["AA11"].relative_weight == Decimal("1.6667")
    assert table["BB15"].relative_weight == Decimal("0.3333")


def test_a_cost_above_three_times_the_mean_is_trimmed() -> None:
    rules = replace(PLAIN, trim_method="mean_multiple", trim_low=Decimal("0.4"), trim_high=Decimal(3))
    table = weigh(cases("AA11", *["100"] * 7, "500"), rules, newest=2025)
    assert (table["AA11"].cases, table["AA11"].mean_cost) == (7, Decimal("100.00"))


def test_a_cost_beyond_the_quartiles_is_trimmed() -> None:
    rules = replace(PLAIN, trim_method="iqr", trim_low=Decimal("1.5"), trim_high=Decimal("1.5"))
    table = weigh(cases("AA11", "100", "110", "120", "130", "900"), rules, newest=2025)
    assert (table["AA11"].cases, table["AA11"].mean_cost) == (4, Decimal("115.00"))


def test_the_years_count_five_to_three_to_two() -> None:
    rules = replace(PLAIN, year_weights=(Decimal(5), Decimal(3), Decimal(2)))
    past = [
        *cases("AA11", "100", year=2025),
        *cases("AA11", "200", year=2024),
        *cases("AA11", "300", year=2023),
        *cases("AA11", "9999", year=2022),
    ]
    assert weigh(past, rules, newest=2025)["AA11"].mean_cost == Decimal("170.00")


def test_a_small_group_takes_its_adrg_s_mean_and_is_not_stable() -> None:
    past = [*cases("AA11", "9000"), *cases("AA13", "3000", "3000", "3000")]
    group = weigh(past, PLAIN, newest=2025)["AA11"]
    assert (group.basis, group.stable) == ("adrg", False)
    assert group.relative_weight == Decimal("1.0000")


def test_a_small_group_without_relatives_keeps_its_earlier_weight() -> None:
    prior = weights_from_rows([{"drg": "CC19", "relative_weight": "2.5"}])
    group = weigh([*cases("CC19", "9000"), *cases("AA13", "3000", "3000")], PLAIN, newest=2025, prior=prior)["CC19"]
    assert (group.basis, group.relative_weight) == ("prior", Decimal("2.5"))


def test_a_group_of_scattered_costs_is_not_stable() -> None:
    table = weigh(cases("AA11", "1", "1", "1", "1000"), PLAIN, newest=2025)
    assert table["AA11"].stable is False
    assert table["AA11"].cost_variation == Decimal("1.9920")


def test_no_case_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no case"):
        weigh([], PLAIN, newest=2025)


def test_the_base_rate_spreads_the_fund_over_the_forecast_weight() -> None:
    table = weights_from_rows([{"drg": "A", "relative_weight": "2"}, {"drg": "B", "relative_weight": "0.5"}])
    assert base_rate(Decimal("1000000"), {"A": 100, "B": 200}, table) == Decimal("3333.33")
    with pytest.raises(InvalidInput, match="no weight"):
        base_rate(Decimal("1000000"), {"C": 1}, table)


def test_the_ready_rules_load_from_policy(policy: Policy) -> None:
    rules = WeighingRules.from_policy(policy, on=date(2026, 1, 1))
    assert (rules.trim_method, rules.fallback) == ("mean_multiple", ("adrg", "prior"))
    assert rules.year_weights == (Decimal(5), Decimal(3), Decimal(2))


past_cases = st.lists(
    st.builds(
        PastCase,
        year=st.sampled_from([2022, 2023, 2024, 2025]),
        drg=st.sampled_from(["AA11", "AA13", "BB15", "CC19"]),
        total_cost=st.one_of(
            st.integers(1, 9).map(lambda n: Decimal(n * 1000)),
            st.decimals(min_value="0.01", max_value=90000, places=2),
        ),
        length_of_stay_days=st.integers(1, 90),
    ),
    min_size=1,
    max_size=40,
)
weighing_rules = st.builds(
    WeighingRules,
    trim_method=st.sampled_from(["none", "mean_multiple", "iqr", "percentile"]),
    trim_low=st.sampled_from([Decimal("0.05"), Decimal("0.4"), Decimal("0.5"), Decimal(0)]),
    trim_high=st.sampled_from([Decimal("0.95"), Decimal(1), Decimal("1.5"), Decimal(3)]),
    minimum_cases=st.integers(1, 6),
    variation_limit=st.sampled_from([Decimal("0.5"), Decimal("0.7"), Decimal(1)]),
    fallback=st.sampled_from([(), ("adrg",), ("prior",), ("adrg", "prior"), ("prior", "adrg")]),
    year_weights=st.sampled_from([(Decimal(1),), (Decimal(5), Decimal(3), Decimal(2))]),
)


def to_table(past: list[PastCase]) -> ibis.Table:
    return ibis.memtable(
        pa.table(
            {
                "year": pa.array([case.year for case in past], pa.int64()),
                "drg": [case.drg for case in past],
                "total_cost": pa.array([case.total_cost for case in past], pa.decimal128(14, 2)),
                "length_of_stay_days": pa.array([case.length_of_stay_days for case in past], pa.int64()),
            }
        )
    )


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(past=past_cases, rules=weighing_rules)
def test_the_table_weighs_as_the_reference_does(
    past: list[PastCase], rules: WeighingRules, connection: ibis.BaseBackend
) -> None:
    prior = weights_from_rows([{"drg": "CC19", "relative_weight": "2.5"}])
    try:
        expected: WeightTable | None = weigh(past, rules, newest=2025, prior=prior)
    except InvalidInput:
        expected = None
    table = weigh_table(to_table(past), rules, newest=2025, prior=prior)
    if expected is None:
        with pytest.raises(InvalidInput):
            weights_of(table, connection)
        return
    found = weights_of(table, connection)
    assert found.overall_mean_cost == expected.overall_mean_cost
    assert dict(found.groups) == dict(expected.groups)
