"""Up-coding patterns find what was planted and leave the honest hospital alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa
import pytest

from yigongti.engines.casemix.opportunities.public import (
    UpcodingRules,
    cases_of_group,
    cases_of_swap,
    mcc_shares,
    principal_swaps,
    unpaid_operations,
    weight_jumps,
)
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy

OCTOBER = Month(2026, 10)
OPERATION_FEES = ("fee_surgical", "fee_anaesthesia", "fee_operation", "fee_surgery_supplies")


@pytest.fixture(scope="module")
def upcoding(policy: Policy) -> UpcodingRules:
    return UpcodingRules.from_policy(policy, on=date(2026, 10, 31))


def page(**changes: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "institution_code": "honest", "month": "2026-10", "adrg": "ES3", "drg": "ES35", "complication": "none",
        "relative_weight": Decimal("0.8000"), "diagnoses": ["J18.900"], "procedures": [],
        **dict.fromkeys(OPERATION_FEES, Decimal("0.00")),
    }  # fmt: skip
    return {**usual, **changes}


def table(pages: list[dict[str, Any]]) -> ibis.Table:
    types = {
        "relative_weight": pa.decimal128(14, 4),
        "diagnoses": pa.list_(pa.string()),
        "procedures": pa.list_(pa.string()),
        **dict.fromkeys(OPERATION_FEES, pa.decimal128(14, 2)),
    }
    columns = {name: pa.array([one[name] for one in pages], types.get(name, pa.string())) for name in page()}
    return ibis.memtable(pa.table({"case_id": [str(number) for number in range(len(pages))], **columns}))


def month_of(institution: str, month: str, severe: int, plain: int) -> list[dict[str, Any]]:
    mcc = page(
        institution_code=institution, month=month, complication="mcc", drg="ES31", relative_weight=Decimal("1.6")
    )
    return [mcc] * severe + [page(institution_code=institution, month=month)] * plain


@pytest.fixture(scope="module")
def story() -> ibis.Table:
    """“honest” codes 2 of 20 severe every month; “greedy” does so until September and 14 of 20 in October."""
    pages = []
    for month in ("2026-07", "2026-08", "2026-09", "2026-10"):
        pages += month_of("honest", month, 2, 18)
        pages += month_of("greedy", month, 14 if month == "2026-10" else 2, 6 if month == "2026-10" else 18)
    return table(pages)


def rows(expression: ibis.Table, connection: ibis.BaseBackend) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = connection.to_pyarrow(expression).to_pylist()
    return found


def test_a_jump_of_the_weight_within_a_group_is_found(
    story: ibis.Table, upcoding: UpcodingRules, connection: ibis.BaseBackend
) -> None:
    (found,) = rows(weight_jumps(story, OCTOBER, upcoding), connection)
    assert (found["institution_code"], found["cases"], found["baseline_cases"]) == ("greedy", 20, 60)
    assert found["mean_weight"] == pytest.approx(1.36)
    assert found["baseline_weight"] == pytest.approx(0.88)
    assert len(rows(cases_of_group(story, "greedy", "ES3", OCTOBER), connection)) == 20


def test_a_quiet_month_shows_no_jump(story: ibis.Table, upcoding: UpcodingRules, connection: ibis.BaseBackend) -> None:
    assert rows(weight_jumps(story, Month(2026, 9), upcoding), connection) == []


def test_far_more_severe_complications_than_elsewhere_are_found(
    story: ibis.Table, upcoding: UpcodingRules, connection: ibis.BaseBackend
) -> None:
    october = story.filter(story.month == "2026-10")
    (found,) = rows(mcc_shares(october, upcoding), connection)
    assert (found["institution_code"], found["mcc_cases"]) == ("greedy", 14)
    assert (found["share"], found["expected"]) == (pytest.approx(0.7), pytest.approx(0.1))


def test_an_operation_without_any_fee_of_one_is_found(upcoding: UpcodingRules, connection: ibis.BaseBackend) -> None:
    operated = {"adrg": "GD2", "drg": "GD25", "procedures": ["47.0100"]}
    pages = [
        page(**operated),
        page(**operated, fee_anaesthesia=Decimal("800.00")),
        page(adrg="GD2", procedures=["88.0100"]),
        page(procedures=["47.0100"]),
    ]
    assert [found["case_id"] for found in rows(unpaid_operations(table(pages), upcoding), connection)] == ["0"]


def test_a_pair_of_diagnoses_put_in_the_dearer_order_is_found(
    upcoding: UpcodingRules, connection: ibis.BaseBackend
) -> None:
    dear = {"diagnoses": ["J96.000", "J44.100"], "relative_weight": Decimal("2.0")}
    cheap = {"diagnoses": ["J44.100", "J96.000"], "relative_weight": Decimal("1.0")}
    pages = [page(**dear)] * 4 + [page(**cheap)] * 16
    pages += [page(institution_code="greedy", **dear)] * 18 + [page(institution_code="greedy", **cheap)] * 2
    (found,) = rows(principal_swaps(table(pages), upcoding), connection)
    assert (found["institution_code"], found["principal"], found["other"]) == ("greedy", "J96", "J44")
    assert (found["share"], found["others_share"]) == (pytest.approx(0.9), pytest.approx(0.2))
    assert len(rows(cases_of_swap(table(pages), "greedy", "J96", "J44"), connection)) == 18


def test_too_few_cases_are_not_compared(upcoding: UpcodingRules, connection: ibis.BaseBackend) -> None:
    pages = month_of("honest", "2026-10", 1, 19) + month_of("small", "2026-10", 9, 0)
    assert rows(mcc_shares(table(pages), upcoding), connection) == []
