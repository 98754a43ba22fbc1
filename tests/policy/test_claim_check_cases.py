"""The worked cases of the claim checks in policy/cases/claim_checks, each run by the reference and by the tables.

A file tells one check (`check`: the id of one of the policy, or `handler` with `parameters` and rows of `knowledge`),
what its bills and lines have in common (`bill`, `line`), and cases: `say`, a `bill` or several `bills` with their
`lines` and `stock_moves`, and what must be `found`, in the order of institution, case and line. Of a finding only what
is written is compared: institution, case, line, amount, item, limit, observed, other, knowledge, evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.facts import Bill, Facts, Line, StockMove
from yigongti.engines.claim_checks.finding import Strength
from yigongti.engines.claim_checks.handler import handler, reference_of, table_of
from yigongti.engines.claim_checks.knowledge_files import knowledge_from_rows
from yigongti.engines.claim_checks.loading import load_checks, read_parameters
from yigongti.engines.claim_checks.tables_of import tables_of
from yigongti.facts.public import open_duckdb
from yigongti.foundation.errors import Text
from yigongti.foundation.policy import Policy
from yigongti.foundation.trace import Trace

_POLICY = Policy.load(Path(__file__).resolve().parents[2] / "policy")
_DOCUMENTS = _POLICY.documents("cases/claim_checks")
_CASES = [(document, case) for document in _DOCUMENTS for case in document.data["cases"]]
_NAMES = {"institution": "institution_code", "case": "case_id", "line": "line_number"}
_START = date(2026, 1, 1)


@pytest.fixture(scope="module")
def duck() -> Iterator[Any]:
    connection = open_duckdb(memory_limit="1GB", threads=1)
    yield connection
    connection.disconnect()


def _typed(kind: str, written: Any) -> Any:
    if kind.startswith("tuple"):
        return tuple(written)
    if kind.startswith("date"):
        return date.fromisoformat(written)
    if kind.startswith("Decimal"):
        return Decimal(written)
    if kind == "bool":
        return written == "yes"
    return int(written) if kind.startswith("int") else str(written)


def _value(kind: type, written: Mapping[str, Any]) -> Any:
    kinds = {field.name: str(field.type) for field in fields(kind)}
    return kind(**{name: _typed(kinds[name], value) for name, value in written.items()})


def _bill(written: Mapping[str, Any], lines_share: Mapping[str, Any]) -> Bill:
    own = {name: value for name, value in written.items() if name != "lines"}
    lines = tuple(
        _value(Line, {"line_number": str(place)} | dict(lines_share) | dict(line))
        for place, line in enumerate(written.get("lines") or [], start=1)
    )
    own.setdefault("total_cost", str(sum((line.amount for line in lines), Decimal(0))))
    made: Bill = _value(Bill, {"institution_code": "H1", "case_id": "C1"} | own)
    return Bill(**{field.name: getattr(made, field.name) for field in fields(Bill)} | {"lines": lines})


def _facts(document: Any, case: Any) -> Facts:
    shared = document.data.get("bill") or {}
    written = case.get("bills") or [case.get("bill") or {}]
    if "lines" in case:
        written = [dict(bill) | {"lines": case["lines"]} for bill in written]
    moves = case.get("stock_moves") or document.data.get("stock_moves") or []
    return Facts(
        tuple(_bill(dict(shared) | dict(bill), document.data.get("line") or {}) for bill in written),
        tuple(_value(StockMove, {"institution_code": "H1", "quantity": "1"} | move) for move in moves),
    )


def _check(document: Any) -> Check:
    written = document.data["check"]
    if isinstance(written, str):
        return load_checks(_POLICY).check(written)
    declared = handler(written["handler"])
    rows = [
        (f"{document.path} {place}", {"key": f"k{place}", "from": "2026-01-01", "source": "cases"} | row)
        for place, row in enumerate(written.get("knowledge") or [], start=1)
    ]
    parameters = read_parameters(written.get("parameters") or {}, declared, document.path)
    return Check(
        id=Path(document.path).stem,
        label=Text("工作示例", "worked case"),
        why="工作示例",
        handler=written["handler"],
        strength=Strength.VIOLATION,
        family="policy",
        national_code="",
        stages=frozenset({"after"}),
        words=Text("{item}", "{item}"),
        versions=(Version(_START, None, parameters, "cases"),),
        knowledge=knowledge_from_rows(rows, declared, None),
    )


def _told(findings: list[Mapping[str, Any]], expected: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The findings, each with only what the case says of the finding in its place."""
    ordered = sorted(findings, key=lambda row: (row["institution_code"], row["case_id"], row["line_number"] or 0))
    told = []
    for place, row in enumerate(ordered):
        names = expected[place] if place < len(expected) else {"line": "", "amount": ""}
        told.append({name: row[_NAMES.get(name, name)] for name in names})
    return told


def _expected(case: Any) -> list[dict[str, Any]]:
    read = {"amount": Decimal, "line": int, "evidence": "|".join}
    return [{name: read.get(name, str)(value) for name, value in found.items()} for found in case["found"]]


def test_there_are_worked_cases_of_the_claim_checks() -> None:
    assert len(_CASES) >= 30


@pytest.mark.parametrize(("document", "case"), _CASES, ids=[case["say"]["en"] for _, case in _CASES])
def test_the_reference_finds_what_the_case_says(document: Any, case: Any) -> None:
    check, expected = _check(document), _expected(case)
    findings = reference_of(check.handler)(_facts(document, case), check, Trace())
    rows = [
        {field.name: getattr(finding, field.name) for field in fields(finding)}
        | {"evidence": "|".join(map(str, finding.evidence))}
        for finding in findings
    ]
    assert _told(rows, expected) == expected


@pytest.mark.parametrize(("document", "case"), _CASES, ids=[case["say"]["en"] for _, case in _CASES])
def test_the_table_finds_what_the_case_says(document: Any, case: Any, duck: Any) -> None:
    check, expected = _check(document), _expected(case)
    tables = tables_of(_facts(document, case), [check])
    findings = [
        row
        for version in check.versions
        for row in duck.to_pyarrow(table_of(check.handler)(tables, check, version)).to_pylist()
    ]
    assert _told(findings, expected) == expected
