"""The worked cases of policy/cases/casemix that price single cases: each is run by both implementations."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pytest

from yigongti.engines.casemix.pricing.cases import GroupedCase
from yigongti.engines.casemix.pricing.reference import price_case
from yigongti.engines.casemix.pricing.rules import PaymentRules
from yigongti.engines.casemix.pricing.table import cases_to_table, price_table
from yigongti.engines.casemix.pricing.weight_table import WeightTable, weights_from_rows
from yigongti.foundation.policy import Policy, read_yaml

ROOT = Path(__file__).resolve().parents[2] / "policy"
AMOUNTS = ("standard", "payment", "fund_payment", "balance")


def _worked() -> list[Any]:
    found = []
    for path in sorted((ROOT / "cases" / "casemix").glob("*.yaml")):
        document = read_yaml(path.read_text("utf-8"), path.name)
        if document["engine"] != "casemix.price":
            continue
        for number, case in enumerate(document["cases"], start=1):
            found.append(pytest.param(document, case, id=f"{path.stem}-{number}"))
    return found


def _case(given: dict[str, str]) -> GroupedCase:
    return GroupedCase(
        case_id="1",
        institution_code="demo",
        institution_level=given["institution_level"],
        insurance_type=given["insurance_type"],
        drg=given["drg"],
        total_cost=Decimal(given["total_cost"]),
        patient_part=Decimal(given["patient_part"]),
        length_of_stay_days=int(given["length_of_stay_days"]),
        negotiated=given.get("negotiated") == "yes",
    )


def _set_up(document: dict[str, Any]) -> tuple[WeightTable, PaymentRules]:
    policy = Policy.load([ROOT, *(ROOT / layer for layer in document["layers"])])
    return weights_from_rows(document["weights"]), PaymentRules.from_policy(
        policy, on=date.fromisoformat(document["on"])
    )


@pytest.mark.parametrize(("document", "case"), _worked())
def test_the_office_s_worked_case_comes_out_as_written(document: dict[str, Any], case: dict[str, Any]) -> None:
    weights, rules = _set_up(document)
    given = _case(case["given"])
    priced = price_case(given, weights, rules)
    (row,) = ibis.duckdb.connect().to_pyarrow(price_table(cases_to_table([given]), weights, rules)).to_pylist()
    for name in AMOUNTS:
        expected = Decimal(case["expect"][name]) if name in case["expect"] else None
        assert getattr(priced, name) == expected, (name, case["say"])
        assert row[name] == expected, (name, case["say"])
    assert priced.category == row["category"] == case["expect"]["category"]


def test_there_are_worked_cases_for_both_ready_sets() -> None:
    assert {param.values[0]["id"] for param in _worked()} >= {"casemix.fixed_rate", "casemix.harbin_2024"}
