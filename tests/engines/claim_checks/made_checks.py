"""Small invented checks and bills, made in a line each: what the tests of the claim checks are written with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.facts import Bill, Facts, Line, StockMove
from yigongti.engines.claim_checks.finding import COLUMNS, Finding, Strength
from yigongti.engines.claim_checks.handler import Tables, handler, reference_of, table_of
from yigongti.engines.claim_checks.knowledge import KnowledgeRow, KnowledgeTable
from yigongti.engines.claim_checks.loading import read_setting
from yigongti.engines.claim_checks.tables_of import tables_of
from yigongti.foundation.errors import Text
from yigongti.foundation.trace import Trace

FIRST = date(2026, 1, 1)
DAY = date(2026, 10, 8)


def row(key: str = "k1", *, first: date = FIRST, last: date | None = None, **values: Any) -> KnowledgeRow:
    """A row of knowledge; columns that are not given are empty."""
    return KnowledgeRow(key, first, last, "invented", values)


def check(
    kind: str,
    rows: Iterable[KnowledgeRow] = (),
    *,
    name: str = "",
    strength: str = "violation",
    stages: Iterable[str] = ("before", "during", "after"),
    first: date = FIRST,
    last: date | None = None,
    **parameters: Any,
) -> Check:
    """A check of a kind, in force from 2026 on. Parameters as a file writes them."""
    declared = handler(kind)
    settings = {setting.name: setting for setting in declared.parameters}
    read = {name: read_setting(settings[name], value, kind) for name, value in parameters.items()}
    empty = dict.fromkeys(column.name for column in declared.knowledge)
    full = [KnowledgeRow(row.key, row.valid_from, row.valid_to, row.source, empty | dict(row.values)) for row in rows]
    return Check(
        id=name or f"made_{kind}",
        label=Text("演示", "made"),
        why="演示",
        handler=kind,
        strength=Strength(strength),
        family="policy",
        national_code="",
        stages=frozenset(stages),
        words=Text("“{item}”{limit}，{observed}", "“{item}” {limit}, {observed}"),
        versions=(Version(first, last, read, "invented"),),
        knowledge=KnowledgeTable(tuple(full)),
    )


def line(number: int = 1, item: str = "I1", amount: str = "100", **more: Any) -> Line:
    """A line of 8 October 2026; money as text."""
    decimals = {"unit_price", "quantity", "fund_amount", "daily_dose"}
    given = {name: Decimal(value) if name in decimals and value is not None else value for name, value in more.items()}
    return Line(number, item, given.pop("charged_on", DAY), Decimal(amount), **given)


def bill(*lines: Line, case: str = "C1", at: str = "H1", **more: Any) -> Bill:
    """A stay from 5 to 12 October 2026."""
    given: dict[str, Any] = {
        "care_setting": "2",
        "started_on": date(2026, 10, 5),
        "ended_on": date(2026, 10, 12),
        "institution_level": "county",
        "total_cost": sum((line.amount for line in lines), Decimal(0)),
    }
    return Bill(at, case, lines=lines, **(given | more))


def bought(item: str, on: date, price: str, *, at: str = "H1") -> StockMove:
    """A purchase of 100."""
    return StockMove(at, item, on, "purchase", Decimal(100), Decimal(price))


def judged(made: Check, *bills: Bill, moves: Iterable[StockMove] = ()) -> list[Finding]:
    """What the reference finds."""
    return list(reference_of(made.handler)(Facts(tuple(bills), tuple(moves)), made, Trace()))


def found(made: Check, facts: Facts, connection: Any, tables: Tables | None = None) -> list[tuple[Any, ...]]:
    """What the table finds over all versions, in order."""
    over = tables or tables_of(facts, [made])
    rows: list[tuple[Any, ...]] = []
    for version in made.versions:
        rows += in_order(connection, table_of(made.handler)(over, made, version))
    return sorted(rows, key=repr)


def in_order(connection: Any, findings: Any) -> list[tuple[Any, ...]]:
    """The rows of a table of findings, in one order."""
    assert tuple(findings.columns) == tuple(COLUMNS)
    return sorted((tuple(row.values()) for row in connection.to_pyarrow(findings).to_pylist()), key=repr)


def as_rows(findings: Iterable[Finding]) -> list[tuple[Any, ...]]:
    """Findings of a reference as rows of the table, in the same order."""
    rows = []
    for finding in findings:
        cells: Mapping[str, Any] = {name: getattr(finding, name) for name in COLUMNS} | {
            "evidence": "|".join(map(str, finding.evidence)),
            "amount": finding.amount.quantize(Decimal("0.01")),
        }
        rows.append(tuple(cells.values()))
    return sorted(rows, key=repr)
