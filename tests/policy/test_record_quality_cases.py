"""The worked cases of front-page quality in policy/cases, each run as a test."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from yigongti.engines.record_quality.language import Kind
from yigongti.engines.record_quality.public import judge_case, load_rulebook
from yigongti.engines.record_quality.vocabulary import COLUMNS, FEE_LINE_COLUMNS, SETTLEMENT_COLUMNS
from yigongti.foundation.policy import Policy

ON = date(2026, 10, 31)
_POLICY = Policy.load(Path(__file__).resolve().parents[2] / "policy")
_CHINA = timezone(timedelta(hours=8))
_DOCUMENTS = _POLICY.documents("cases/record_quality")
_CASES = [(document, case) for document in _DOCUMENTS for case in document.data["cases"]]


def _typed(name: str, written: Any) -> Any:
    kind = COLUMNS[name]
    if kind.is_list:
        return [date.fromisoformat(part) if kind is Kind.DAYS and part else part for part in written]
    if kind is Kind.NUMBER:
        return Decimal(written) if "." in written else int(written)
    if kind is Kind.DAY:
        return date.fromisoformat(written)
    return datetime.fromisoformat(written).replace(tzinfo=_CHINA) if kind is Kind.INSTANT else written


def _page(document: Any, case: Any) -> dict[str, Any]:
    written = document.data["clean_page"] | case["change"]
    beside = {*SETTLEMENT_COLUMNS, *FEE_LINE_COLUMNS} - set(written)
    empty: dict[str, Any] = {name: [] if kind.is_list else None for name, kind in COLUMNS.items() if name not in beside}
    return empty | {name: _typed(name, value) for name, value in written.items()}


@pytest.fixture(scope="module")
def book():
    return load_rulebook(_POLICY, ON)


def test_there_are_worked_cases() -> None:
    assert len(_CASES) >= 20


@pytest.mark.parametrize(("document", "case"), _CASES, ids=[case["say"]["en"] for _, case in _CASES])
def test_the_worked_case_comes_out_as_written(book, document: Any, case: Any) -> None:
    judged = judge_case(_page(document, case), book, ON)
    assert sorted(finding.rule.id for finding in judged.findings) == sorted(case["found"])
    assert judged.score == Decimal(case["score"])
