"""Small facts, checks and their tables, invented, for the tests of bills, persons and counties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.facts import Bill, Facts, Line, StockMove
from yigongti.engines.claim_checks.finding import COLUMNS, Finding, Row, Strength
from yigongti.engines.claim_checks.handler import Tables, handler, reference_of, table_of
from yigongti.engines.claim_checks.knowledge import KnowledgeRow, KnowledgeTable, ValueKind
from yigongti.engines.claim_checks.tables_of import tables_of
from yigongti.foundation.errors import Text
from yigongti.foundation.trace import Trace

JANUARY = date(2024, 1, 1)


def day(of_january: int) -> date:
    """A day of January 2024, or counted on from it."""
    return date.fromordinal(JANUARY.toordinal() + of_january - 1)


def line(number: int, item: str, on: int = 1, amount: Any = 10, **more: Any) -> Line:
    """A charge on a day of January; what is not said: one piece, named as its code, claimed as a whole."""
    for name in ("quantity", "unit_price", "fund_amount"):
        if more.get(name) is not None:
            more[name] = Decimal(str(more[name]))
    more.setdefault("item_name", f"项目{item}")
    return Line(number, item, day(on), Decimal(str(amount)), **more)


def stay(case: str, first: int, last: int, *lines: Line, **more: Any) -> Bill:
    """A stay at institution A of person p1; its total cost is what its lines add up to."""
    more = {"institution_code": "A", "person": "p1", "care_setting": "2"} | more
    more.setdefault("total_cost", sum((one.amount for one in lines), Decimal(0)))
    return Bill(case_id=case, started_on=day(first), ended_on=day(last), lines=lines, **more)


def visit(case: str, on: int, *lines: Line, **more: Any) -> Bill:
    """An outpatient visit on a day."""
    return stay(case, on, on, *lines, **{"care_setting": "1"} | more)


def check(
    name: str,
    knowledge: Sequence[Mapping[str, Any]] = (),
    parameters: Mapping[str, Any] | None = None,
    versions: Sequence[tuple[date, date | None]] = ((date(2020, 1, 1), None),),
) -> Check:
    """A check of a handler. knowledge: rows as mappings, with valid_from and valid_to where it matters."""
    columns = handler(name).knowledge
    empty: dict[ValueKind, Any] = {ValueKind.CODE: "", ValueKind.TEXT: "", ValueKind.CODES: ()}
    rows = tuple(
        KnowledgeRow(
            str(values.get("key", f"k{place}")),
            values.get("valid_from", date(2020, 1, 1)),
            values.get("valid_to"),
            "invented",
            {column.name: values.get(column.name, empty.get(column.kind)) for column in columns},
        )
        for place, values in enumerate(knowledge, 1)
    )
    return Check(
        f"check_{name}",
        Text("检查", "Check"),
        "发明的检查",
        name,
        Strength.VIOLATION,
        "policy",
        "",
        frozenset({"after"}),
        Text("{item}", "{item}"),
        tuple(Version(begin, end, parameters or {}, "invented") for begin, end in versions),
        KnowledgeTable(rows),
    )


def judged(check: Check, *bills: Bill, stock: Sequence[StockMove] = ()) -> list[Finding]:
    """What the reference finds, which the table must find as well."""
    facts = Facts(bills, tuple(stock))
    findings = sorted_findings(by_reference(facts, check))
    assert sorted_findings(by_table(facts, check, ibis.duckdb.connect(threads=1))) == findings
    return findings


def by_reference(facts: Facts, check: Check) -> list[Finding]:
    return list(reference_of(check.handler)(facts, check, Trace()))


def by_table(facts: Facts, check: Check, connection: Any) -> list[Finding]:
    """The findings of all versions, read back from the table."""
    tables = tables_of(facts, [check])
    found: list[Finding] = []
    for version in check.versions:
        answer = connection.to_pyarrow(table_of(check.handler)(tables, check, version))
        assert answer.schema.names == list(COLUMNS)
        found += [finding_of(row) for row in answer.to_pylist()]
    return found


class Prepared:
    """A check's expressions compiled once for DuckDB, to be run over the tables of many small worlds."""

    def __init__(self, check: Check, duck: Any) -> None:
        self.check, self.duck = check, duck
        nothing = Facts(())
        self.load(nothing)
        knowledge = tables_of(nothing, [check]).knowledge
        tables = Tables(duck.table("lines"), duck.table("bills"), duck.table("stock_moves"), knowledge)
        self.expressions = [table_of(check.handler)(tables, check, version) for version in check.versions]
        for expression in self.expressions:
            duck.to_pyarrow(expression)  # registers the small tables that the expression holds
        self.queries = [duck.compile(expression) for expression in self.expressions]

    def load(self, facts: Facts) -> None:
        for name, table in arrow_tables(facts).items():
            self.duck.con.register(name, table)

    def findings(self, facts: Facts) -> list[Finding]:
        self.load(facts)
        answers = [self.duck.con.sql(query).to_arrow_table() for query in self.queries]
        return [finding_of(row) for answer in answers for row in answer.to_pylist()]


def finding_of(row: Mapping[str, Any]) -> Finding:
    evidence = []
    row = dict(zip(COLUMNS, row.values(), strict=True))
    for text in filter(None, row["evidence"].split("|")):
        parts = text.split("/")
        evidence.append(Row(parts[0], parts[1], int(parts[2]) if len(parts) > 2 else None))
    return Finding(**(dict(row) | {"evidence": tuple(evidence)}))


def sorted_findings(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: (str(one.row), one.on, one.knowledge, one.item, str(one)))


def arrow_tables(facts: Facts) -> dict[str, pa.Table]:
    """lines, bills and stock_moves in Arrow."""
    tables = tables_of(facts, [])
    return {name: getattr(tables, name).to_pyarrow() for name in ("lines", "bills", "stock_moves")}
