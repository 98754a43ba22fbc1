"""A bill with its lines as the store holds it, at the version that the month was checked with.

To be called only with a bill that row security has let through (queries.the_bill, the_finding) or from the close: the
lake knows no actor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from yigongti.engines.claim_checks.public import SEX_WORDS, Bill, StockMove, bill_of, bills_table
from yigongti.facts.public import Lake, open_duckdb, rows_schema
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.foundation.schemas import DISCHARGES, FACT_TABLES
from yigongti.systems.claim_checks.month_facts import PERSON_KEY, Place, institutions_table

_OF_A_CASE = ("discharges", "visits", "settlement_lists", "fee_lines")
_WHO = ("name", "sex", "birth_date", "resident_number")
"""What a page says of the patient; name and number masked."""


@dataclass(frozen=True)
class StoredBill:
    """bill: as the engine judges it. who: (label, value) of the patient, masked. found: whether the store holds it."""

    bill: Bill
    who: list[tuple[Text, Text]]


@lru_cache(maxsize=1)
def lake_at(root: str) -> Lake:
    """The lake of this installation, opened once."""
    return Lake(root)


def lake() -> Lake:
    """The lake that the settings name."""
    return lake_at(str(settings.LAKE_ROOT))


def stored_bill(
    institution_code: str, case_id: str, months: Iterable[Month], versions: Mapping[str, int], place: Place
) -> StoredBill | None:
    """The stay or visit of that number; None where none of these months holds it."""
    for month in months:
        facts = {kind: _rows(kind, institution_code, case_id, month, versions) for kind in _OF_A_CASE}
        if facts["discharges"] or facts["visits"]:
            lines = facts.pop("fee_lines")
            row = _bill_row(facts, institution_code, place)
            return StoredBill(bill_of(row, lines), _who((facts["discharges"] or facts["visits"])[0]))
    return None


def _bill_row(facts: Mapping[str, list[dict[str, Any]]], institution_code: str, place: Place) -> dict[str, Any]:
    """The bill's row, by the rules by which the month's bills were made."""
    connection = open_duckdb(memory_limit="256MB", threads=1)
    tables = {}
    for kind, rows in facts.items():
        schema = rows_schema(FACT_TABLES[kind])
        lists = {field.name for field in schema if pa.types.is_list(field.type)}
        filled = [{n: (row.get(n) or []) if n in lists else row.get(n) for n in schema.names} for row in rows]
        connection.con.register(kind, pa.Table.from_pylist(filled, schema=schema))
        tables[kind] = connection.table(kind)
    bills = bills_table(
        discharges=tables["discharges"], settlement_lists=tables["settlement_lists"], visits=tables["visits"],
        institutions=institutions_table({institution_code: place}), person_key=PERSON_KEY,
    )  # fmt: skip
    with closing(connection.con):
        found: dict[str, Any] = connection.to_pyarrow(bills).to_pylist()[0]
    return found


def stock_moves(
    institution_code: str, items: Iterable[str], months: Iterable[Month], versions: Mapping[str, int]
) -> tuple[StockMove, ...]:
    """The institution's moves of these items."""
    wanted = sorted(set(items))
    found = []
    for month in months:
        for file in _files("stock_moves", institution_code, month, versions):
            names = [field.name for field in fields(StockMove) if field.name != "institution_code"]
            table = pq.read_table(file, columns=names, filters=[("item_code", "in", wanted)], partitioning=None)
            found += [StockMove(institution_code=institution_code, **row) for row in table.to_pylist()]
    return tuple(found)


def resident_number(institution_code: str, case_id: str, month: Month, versions: Mapping[str, int]) -> str:
    """The resident number written on the stay or visit, "" for none; only to tell the trail whose bill was seen."""
    for kind in ("discharges", "visits"):
        for row in _rows(kind, institution_code, case_id, month, versions):
            return row["resident_number"] or ""
    return ""


def _files(kind: str, institution_code: str, month: Month, versions: Mapping[str, int]) -> list[str]:
    version = versions.get(kind)
    if version is None:
        return []
    return [f.uri for f in lake().files(kind, version, [month]) if f.institution_code == institution_code]


def _rows(
    kind: str, institution_code: str, case_id: str, month: Month, versions: Mapping[str, int]
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for file in _files(kind, institution_code, month, versions):
        found += pq.read_table(file, filters=[("case_id", "==", case_id)], partitioning=None).to_pylist()
    return [{**row, "institution_code": institution_code} for row in found]


def _who(row: Mapping[str, Any]) -> list[tuple[Text, Text]]:
    told = []
    for name in _WHO:
        value = row.get(name)
        if value not in (None, ""):
            shown = str(value)[0] + "＊" * (len(str(value)) - 1) if name in ("name", "resident_number") else str(value)
            words = SEX_WORDS.get(shown) if name == "sex" else None
            told.append((DISCHARGES[name].label, words or Text(shown, shown)))
    return told
