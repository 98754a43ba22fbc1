"""Pay of a case at the fixed rate: the two implementations agree, and every amount hangs together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yigongti.engines.casemix.pricing.cases import Category, GroupedCase
from yigongti.engines.casemix.pricing.reference import price_case
from yigongti.engines.casemix.pricing.rules import HighOutlierBand, PaymentRules, dated_rules
from yigongti.engines.casemix.pricing.table import cases_to_table, price_dated_table, price_table
from yigongti.engines.casemix.pricing.weight_table import WeightTable, weights_from_rows
from yigongti.foundation.errors import InvalidInput, PolicyError
from yigongti.foundation.policy import Policy

money = st.decimals(min_value=0, max_value=400_000, places=2)
# costs around the edges of the outlier bands, where a fen decides
edges = st.sampled_from(
    [
        Decimal(text)
        for text in (
            "774.32",
            "774.33",
            "967.90",
            "967.91",
            "7259.27",
            "7259.28",
            "7259.29",
            "3168.00",
            "3167.99",
            "19800.00",
        )
    ]
)
ratio = st.decimals(min_value=0, max_value=5, places=4)
cases = st.builds(
    GroupedCase,
    case_id=st.just("1"),
    institution_code=st.sampled_from(["H1", "T1"]),
    institution_level=st.sampled_from(["county", "township", "unknown"]),
    insurance_type=st.sampled_from(["310", "390", "390", ""]),
    drg=st.sampled_from(["BR25", "ES35", "ES35", "AA19", "IZ19", "ZZ99", "0000", ""]),
    total_cost=st.one_of(money, edges, st.none(), st.just(Decimal("-1.00"))),
    patient_part=st.one_of(money, st.none()),
    length_of_stay_days=st.one_of(st.integers(0, 90), st.none()),
    negotiated=st.booleans(),
)


@st.composite
def changed_rules(draw: st.DrawFn) -> dict[str, object]:
    return {
        "high_bands": (
            HighOutlierBand(draw(st.sampled_from([Decimal("0.4321"), Decimal(1)])), draw(ratio)),
            HighOutlierBand(None, draw(ratio)),
        ),
        "high_excess_ratio": draw(ratio),
        "low_multiple": draw(ratio),
        "low_ratio": draw(ratio),
        "ungroupable_ratio": draw(ratio),
        "excluded_stay_at_most": draw(st.integers(0, 3)),
        "unstable_by_item": draw(st.booleans()),
        "fund_part_may_be_negative": draw(st.booleans()),
        "equal_pay_groups": draw(st.sampled_from([frozenset(), frozenset({"ES35"})])),
        "institution_coefficients": draw(st.sampled_from([{}, {"T1": Decimal("0.7777")}])),
    }


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(cases, min_size=1, max_size=40), changes=changed_rules())
def test_the_table_prices_every_case_as_the_reference_does(
    drawn: list[GroupedCase],
    changes: dict[str, object],
    weights: WeightTable,
    rules: PaymentRules,
    connection: ibis.BaseBackend,
) -> None:
    drawn = [replace(case, case_id=str(number)) for number, case in enumerate(drawn)]
    varied = replace(rules, **changes)
    rows = connection.to_pyarrow(price_table(cases_to_table(drawn), weights, varied)).to_pylist()
    by_case = {row["case_id"]: row for row in rows}
    assert len(rows) == len(drawn)
    for case in drawn:
        priced, row = price_case(case, weights, varied), by_case[case.case_id]
        for name in ("category", "relative_weight", "standard", "payment", "fund_payment", "balance"):
            assert row[name] == getattr(priced, name), (name, case)


def test_an_unstable_group_is_paid_by_weight_where_the_rules_say_so(weights: WeightTable, rules: PaymentRules) -> None:
    case = GroupedCase("1", "H1", "county", "390", "IZ19", Decimal("5000.00"), None, 6)
    assert price_case(case, weights, replace(rules, unstable_by_item=False)).category == Category.NORMAL


def test_a_basic_group_is_paid_alike_at_every_level(weights: WeightTable, rules: PaymentRules) -> None:
    equal = replace(rules, equal_pay_groups=frozenset({"ES35"}))
    case = GroupedCase("1", "T1", "township", "390", "ES35", Decimal("2000.00"), None, 6)
    assert price_case(case, weights, equal).payment == Decimal("2419.76")


def test_the_path_names_the_source_of_the_rate(weights: WeightTable, rules: PaymentRules) -> None:
    case = GroupedCase("1", "H1", "county", "390", "ES35", Decimal("2000.00"), None, 6)
    (step,) = price_case(case, weights, rules).trace.named("standard")
    assert step.source == "product-default"


def test_a_rate_that_changes_in_mid_month_prices_each_case_by_its_day(
    policy: Policy, weights: WeightTable, connection: ibis.BaseBackend
) -> None:
    spans = dated_rules(policy, first_on=date(2024, 12, 1), last_on=date(2025, 1, 31))
    assert [(span.first_on, span.last_on) for span in spans] == [
        (date(2024, 12, 1), date(2024, 12, 31)),
        (date(2025, 1, 1), date(2025, 1, 31)),
    ]
    short = [GroupedCase(str(n), "H1", "county", "390", "BR25", Decimal("6000.00"), None, 2) for n in (1, 2)]
    days = ibis.memtable(pa.table({"case_id": ["1", "2"], "discharged_on": [date(2024, 12, 31), date(2025, 1, 1)]}))
    table = cases_to_table(short).inner_join(days, "case_id")
    rows = connection.to_pyarrow(price_dated_table(table, weights, spans)).to_pylist()
    assert {row["case_id"]: row["category"] for row in rows} == {"1": "normal", "2": "excluded_by_stay"}


def test_a_weight_table_with_a_group_twice_is_refused() -> None:
    with pytest.raises(InvalidInput, match="stands twice"):
        weights_from_rows([{"drg": "A", "relative_weight": "1"}, {"drg": "A", "relative_weight": "2"}])


@pytest.mark.parametrize("bad", ["", "x", "0", "-1", "NaN", "Infinity", "1.00001"])
def test_a_weight_that_is_not_a_usable_number_is_refused(bad: str) -> None:
    with pytest.raises(InvalidInput):
        weights_from_rows([{"drg": "A", "relative_weight": bad}])


def test_bands_that_do_not_rise_are_refused(rules: PaymentRules) -> None:
    with pytest.raises(PolicyError, match="must rise"):
        replace(rules, high_bands=(HighOutlierBand(Decimal(3), Decimal(2)), HighOutlierBand(Decimal(1), Decimal(2))))


def test_harbin_s_published_weights_load_whole(shared_data: Path) -> None:
    import csv

    with (shared_data / "casemix" / "weights-harbin-2024.csv").open(encoding="utf-8") as file:
        table = weights_from_rows(csv.DictReader(file), name="Harbin 2024")
    assert len(table) == 703
    assert table["AA19"].relative_weight == Decimal("18.2858")
