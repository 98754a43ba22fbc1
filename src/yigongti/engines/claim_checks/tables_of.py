"""Values as tables: bills with their lines, stock moves and knowledge as what `table.find` reads.

For one bill, for tests and for tables of knowledge; a month's facts come from the store (`bills.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import ibis
import pyarrow as pa

from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Bill, Facts, Line, StockMove
from yigongti.engines.claim_checks.handler import Tables, handler
from yigongti.engines.claim_checks.knowledge import ValueKind
from yigongti.engines.claim_checks.small_tables import small_table

MONEY, QUANTITY = pa.decimal128(14, 2), pa.decimal128(18, 4)
_OTHER_THAN_TEXT: dict[str, pa.DataType] = {
    "line_number": pa.int64(),
    "days_supply": pa.int64(),
    "amount": MONEY,
    "fund_amount": MONEY,
    "total_cost": MONEY,
    "quantity": QUANTITY,
    "unit_price": QUANTITY,
    "daily_dose": QUANTITY,
    "readmission_planned": pa.bool_(),
} | dict.fromkeys(("charged_on", "started_on", "ended_on", "birth_date", "died_on", "moved_on"), pa.date32())
_KNOWLEDGE_TYPES = {ValueKind.INTEGER: pa.int64(), ValueKind.DECIMAL: QUANTITY}


def _schema(kind: type, *first: str) -> pa.Schema:
    names = [*first, *(field.name for field in fields(kind) if field.name != "lines")]
    return pa.schema([(name, _OTHER_THAN_TEXT.get(name, pa.string())) for name in names])


LINES = _schema(Line, "institution_code", "case_id")
BILLS = _schema(Bill)
STOCK_MOVES = _schema(StockMove)
"""The columns that the handlers' tables may ask for, with their types."""


def tables_of(facts: Facts, checks: Iterable[Check]) -> Tables:
    """The same facts as tables. Text that is not known is null in lines, as the fact table has it, "" in bills."""
    lines = [
        {"institution_code": bill.institution_code, "case_id": bill.case_id} | _cells(line, LINES, empty=None)
        for bill in facts.bills
        for line in bill.lines
    ]
    return Tables(
        lines=_table(lines, LINES),
        bills=_table([_cells(bill, BILLS, empty="") for bill in facts.bills], BILLS),
        stock_moves=_table([_cells(move, STOCK_MOVES, empty="") for move in facts.stock_moves], STOCK_MOVES),
        knowledge=knowledge_tables(checks),
    )


def knowledge_tables(checks: Iterable[Check]) -> dict[str, Any]:
    """Check id → its rows: key, valid_from, valid_to and the handler's columns; several codes joined with "|"."""
    return {check.id: small_table(knowledge_arrow(check)) for check in checks if handler(check.handler).knowledge}


def knowledge_arrow(check: Check) -> pa.Table:
    """The rows of one check's knowledge in Arrow, for whoever keeps them in a database of their own."""
    columns = handler(check.handler).knowledge
    schema = pa.schema(
        [
            ("key", pa.string()),
            ("valid_from", pa.date32()),
            ("valid_to", pa.date32()),
            *((column.name, _KNOWLEDGE_TYPES.get(column.kind, pa.string())) for column in columns),
        ]
    )
    rows = [
        {"key": row.key, "valid_from": row.valid_from, "valid_to": row.valid_to}
        | {column.name: _joined(row[column.name]) for column in columns}
        for row in check.knowledge.rows
    ]
    return pa.Table.from_pylist(rows, schema=schema)


def _cells(value: Any, schema: pa.Schema, empty: str | None) -> dict[str, Any]:
    cells = {name: _joined(getattr(value, name)) for name in schema.names if hasattr(value, name)}
    return {name: empty if cell == "" else cell for name, cell in cells.items()}


def _joined(value: Any) -> Any:
    return "|".join(value) if isinstance(value, tuple) else value


def _table(rows: list[Any], schema: pa.Schema) -> Any:
    return ibis.memtable(pa.Table.from_pylist(rows, schema=schema))
