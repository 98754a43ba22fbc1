"""The floating rate: the pool is handed out to the fen, alike by both implementations."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import ibis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yigongti.engines.casemix.pricing.cases import GroupedCase
from yigongti.engines.casemix.pricing.negotiation import negotiation_room, require_room
from yigongti.engines.casemix.pricing.points import price_pool
from yigongti.engines.casemix.pricing.points_table import price_pool_table
from yigongti.engines.casemix.pricing.rules import PaymentRules
from yigongti.engines.casemix.pricing.table import cases_to_table
from yigongti.engines.casemix.pricing.weight_table import WeightTable, weights_from_rows
from yigongti.foundation.errors import InvalidInput

cases = st.builds(
    GroupedCase,
    case_id=st.just("1"),
    institution_code=st.sampled_from(["H1", "T1"]),
    institution_level=st.sampled_from(["county", "township"]),
    insurance_type=st.sampled_from(["310", "390", ""]),
    drg=st.sampled_from(["BR25", "ES35", "AA19", "IZ19", "0000"]),
    total_cost=st.one_of(
        st.decimals(min_value=0, max_value=400_000, places=2), st.none(), st.sampled_from([Decimal("7350.30")])
    ),
    patient_part=st.one_of(st.decimals(min_value=0, max_value=9000, places=2), st.none()),
    length_of_stay_days=st.integers(1, 70),
    negotiated=st.booleans(),
)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    drawn=st.lists(cases, min_size=1, max_size=30),
    pool=st.decimals(min_value=0, max_value="900000000", places=2),
    ratio=st.decimals(min_value=0, max_value=2, places=4),
)
def test_the_table_hands_out_the_pool_as_the_reference_does(
    drawn: list[GroupedCase],
    pool: Decimal,
    ratio: Decimal,
    weights: WeightTable,
    rules: PaymentRules,
    connection: ibis.BaseBackend,
) -> None:
    drawn = [replace(case, case_id=str(number)) for number, case in enumerate(drawn)]
    varied = replace(rules, high_excess_ratio=ratio, low_multiple=ratio / 2 if ratio * 5000 % 1 == 0 else ratio)
    rows = connection.to_pyarrow(price_pool_table(cases_to_table(drawn), pool, weights, varied)).to_pylist()
    by_case = {row["case_id"]: row for row in rows}
    try:
        priced = price_pool(drawn, pool, weights, varied)
    except InvalidInput:
        assert all(row["payment"] is None for row in rows)
        return
    for one, points in zip(priced.cases, priced.points, strict=True):
        row = by_case[one.case_id]
        assert row["points"] == points
        for name in ("category", "relative_weight", "payment", "fund_payment", "balance"):
            assert row[name] == getattr(one, name), (name, one)
    assert sum(one.payment or 0 for one in priced.cases) == pool


def test_two_equal_cases_share_an_odd_fen_in_the_order_of_their_numbers(
    weights: WeightTable, rules: PaymentRules
) -> None:
    pair = [GroupedCase(n, "H1", "county", "390", "BR25", Decimal("6800.00"), None, 8) for n in ("2", "1")]
    priced = price_pool(pair, Decimal("10000.01"), weights, rules)
    assert {case.case_id: case.payment for case in priced.cases} == {"1": Decimal("5000.01"), "2": Decimal("5000.00")}
    assert priced.points == (Decimal("120.0000"), Decimal("120.0000"))
    assert priced.point_value == Decimal("41.666708")


def test_a_published_table_without_mean_costs_cannot_run_the_floating_rate(rules: PaymentRules) -> None:
    bare = weights_from_rows([{"drg": "A", "relative_weight": "1"}])
    with pytest.raises(InvalidInput, match="needs each group's mean cost"):
        price_pool([], Decimal("1.00"), bare, rules)


def test_single_negotiations_stop_at_five_in_a_hundred(rules: PaymentRules) -> None:
    assert negotiation_room(199, 8, rules).left == 1
    require_room(negotiation_room(199, 8, rules))
    with pytest.raises(InvalidInput, match="cap on single negotiations"):
        require_room(negotiation_room(199, 9, rules))
