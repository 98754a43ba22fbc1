"""A bill with its lines as the store holds it, at the version that the month was checked with.

To be called only with a bill that row security has let through (queries.the_bill, the_finding) or from the close: the
lake knows no actor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
from django.conf import settings

from yigongti.engines.claim_checks.public import Bill, Line, StockMove
from yigongti.facts.public import Lake
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.foundation.schemas import DISCHARGES
from yigongti.systems.claim_checks.month_facts import DIED, Place

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_LINE_FIELDS = tuple(field.name for field in fields(Line))
_WHO = ("name", "sex", "birth_date", "resident_number")
"""What a page says of the patient; name and number masked."""


@dataclass(frozen=True)
class StoredBill:
    """bill: as the engine judges it. who: (label, value) of the patient, masked. found: whether the store holds it."""

    bill: Bill
    who: list[tuple[Text, str]]


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
        for kind in ("discharges", "visits"):
            rows = _rows(kind, institution_code, case_id, month, versions)
            if rows:
                lines = _rows("fee_lines", institution_code, case_id, month, versions)
                lists = _rows("settlement_lists", institution_code, case_id, month, versions)
                bill = _stay(rows[0], lists, place) if kind == "discharges" else _visit(rows[0], place)
                own = sorted((_line(row) for row in lines), key=lambda line: line.line_number)
                return StoredBill(replace(bill, lines=tuple(own)), _who(rows[0]))
    return None


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


def resident_numbers(
    keys: Iterable[tuple[str, str]], month: Month, versions: Mapping[str, int], lake_: Lake
) -> dict[tuple[str, str], str]:
    """(institution, case) → the resident number written on the stay or visit; for the close alone."""
    wanted = set(keys)
    found = {}
    for kind in ("discharges", "visits"):
        version = versions.get(kind)
        for file in [] if version is None else lake_.files(kind, version, [month]):
            rows = pq.read_table(file.uri, columns=["case_id", "resident_number"], partitioning=None).to_pylist()
            for row in rows:
                key = file.institution_code, row["case_id"]
                if key in wanted and row["resident_number"]:
                    found[key] = row["resident_number"]
    return found


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


def _line(row: Mapping[str, Any]) -> Line:
    told = {name: row[name] for name in _LINE_FIELDS if row.get(name) is not None}
    return Line(**told)


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(_SHANGHAI).date()
    return value if isinstance(value, date) else None


def _stay(row: Mapping[str, Any], lists: list[dict[str, Any]], place: Place) -> Bill:
    left = _day(row["discharged_at"])
    assert left is not None, "a discharge without its day cannot have been accepted"
    died = str(row.get("discharge_disposition") or "") == DIED
    return Bill(
        institution_code=row["institution_code"], case_id=row["case_id"], care_setting="2",
        started_on=_day(row.get("admitted_at")) or left, ended_on=left, institution_level=place.level,
        institution_kind=place.kind, community=place.community,
        insurance_type=max((str(r["insurance_type"]) for r in lists if r.get("insurance_type")), default=""),
        person=str(row.get("resident_number") or ""), sex=_sex(row), birth_date=row.get("birth_date"),
        died_on=left if died else None, diagnoses=_codes(row.get("diagnoses")),
        procedures=_codes(row.get("procedures")), department_code=row.get("discharge_department_code") or "",
        admission_route=row.get("admission_route") or "", disposition=row.get("discharge_disposition") or "",
        readmission_planned=row.get("readmission_plan") == "2", total_cost=row.get("total_cost") or Decimal(0),
    )  # fmt: skip


def _visit(row: Mapping[str, Any], place: Place) -> Bill:
    return Bill(
        institution_code=row["institution_code"], case_id=row["case_id"], care_setting=row["care_setting"],
        started_on=row["visited_on"], ended_on=row["visited_on"], institution_level=place.level,
        institution_kind=place.kind, community=place.community, insurance_type=row.get("insurance_type") or "",
        person=str(row.get("resident_number") or ""), sex=_sex(row), birth_date=row.get("birth_date"),
        diagnoses=_codes(row.get("diagnoses")), department_code=row.get("department_code") or "",
        total_cost=row["total_cost"],
    )  # fmt: skip


def _sex(row: Mapping[str, Any]) -> str:
    return row["sex"] if row.get("sex") in ("1", "2") else ""


def _codes(value: Any) -> tuple[str, ...]:
    return tuple(code for code in value or () if code)


def _who(row: Mapping[str, Any]) -> list[tuple[Text, str]]:
    told = []
    for name in _WHO:
        value = row.get(name)
        if value not in (None, ""):
            shown = str(value)[0] + "＊" * (len(str(value)) - 1) if name in ("name", "resident_number") else str(value)
            told.append((DISCHARGES[name].label, shown))
    return told
