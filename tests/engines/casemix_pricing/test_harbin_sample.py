"""The thirty de-identified sample discharges, grouped by the 1.1 scheme and valued with Harbin's weights and rates."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import ibis
import pytest

from yigongti.engines.casemix.pricing.public import (
    GroupedCase,
    PaymentRules,
    WeightTable,
    cases_to_table,
    price_table,
    standard_payment,
    weights_from_rows,
    with_weights_of_relatives,
)
from yigongti.engines.casemix.public import case_from_row, group_case, load_scheme
from yigongti.foundation.money import to_fen
from yigongti.foundation.policy import Policy


@pytest.mark.shared_data
def test_a_group_that_the_table_lacks_is_worth_something_only_when_its_weight_is_borrowed_knowingly(
    shared_data: Path, policy_root: Path, connection: ibis.BaseBackend
) -> None:
    folder = shared_data / "casemix"
    policy = Policy.load([policy_root, policy_root / "overlays" / "harbin-2024"])
    rules = PaymentRules.from_policy(policy, on=date(2024, 6, 30))
    with (folder / "weights-harbin-2024.csv").open(encoding="utf-8") as file:
        weights = weights_from_rows(csv.DictReader(file), name="Harbin 2024")
    scheme = load_scheme(folder / "chs-drg-1.1")
    with (folder / "witness" / "labelled-discharges.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    cases = [
        GroupedCase(row["case_id"], "sample", "first_class", "310", group_case(case_from_row(row), scheme).drg, None)
        for row in rows
    ]
    labelled = [(case, row["hospital_drg"]) for case, row in zip(cases, rows, strict=True) if row["hospital_drg"]]
    assert len(cases) == 30
    assert all(case.drg == drg for case, drg in labelled)
    assert _valued(cases, weights, rules, connection) == 10  # Harbin divides the other groups in its own way
    borrowed = with_weights_of_relatives(weights, [case.drg for case in cases])
    assert borrowed["RC19"].relative_weight == Decimal("2.8008")
    assert _valued(cases, borrowed, rules, connection) >= 24


def _valued(cases: list[GroupedCase], weights: WeightTable, rules: PaymentRules, connection: ibis.BaseBackend) -> int:
    """How many cases have a standard, after holding every standard against weight × rate."""
    priced = connection.to_pyarrow(price_table(cases_to_table(cases), weights, rules)).to_pylist()
    by_case = {row["case_id"]: row["standard"] for row in priced}
    for case in cases:
        weight = weights.get(case.drg)
        expected = None if weight is None else to_fen(weight.relative_weight * Decimal("12252.70"))
        assert standard_payment(case, weights, rules) == by_case[case.case_id] == expected
    return sum(standard is not None for standard in by_case.values())
