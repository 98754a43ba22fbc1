"""The counter's settlements as rows of the fact table `settlements`, and their sums."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
from django.db import connections

from yigongti.facts.arrow_schemas import rows_schema
from yigongti.foundation.period import Month
from yigongti.foundation.schemas.settlements import SETTLEMENTS

MONEY = (
    "total_cost", "outside_catalogue", "above_limits", "first_share", "deductible", "pool_fund", "critical_illness",
    "medical_assistance", "other_funds", "personal_account", "cash",
)  # fmt: skip
_SAME = (
    "case_id", "insured_number", "birth_date", "sex", "insurance_type", "care", "treated_at", "level", "place",
    "referral", "disease_code", "diagnosis", "department_code", "started_on", "ended_on", "settled_on", *MONEY,
)  # fmt: skip
COLUMNS = tuple(column.name for column in SETTLEMENTS.columns)
_EMPTY_IS_NONE = frozenset({"case_id", "reverses", "treated_at", "disease_code", "diagnosis", "department_code"})

_ROWS = f"""
    SELECT i.code, s.number, r.number, s.groups::text, {", ".join(f"s.{name}" for name in _SAME)}
      FROM benefits_settlement s
      JOIN organisations_institution i ON i.id = s.institution_id
      LEFT JOIN benefits_settlement r ON r.id = s.reverses_id
     WHERE s.settled_on >= %(first)s AND s.settled_on <= %(last)s
       AND (%(institution)s::int IS NULL OR s.institution_id = %(institution)s)
     ORDER BY i.code, s.number
"""
_SUMS = f"""
    SELECT i.code, s.care, count(*), {", ".join(f"sum(s.{name})" for name in MONEY)}
      FROM benefits_settlement s JOIN organisations_institution i ON i.id = s.institution_id
     WHERE s.settled_on >= %(first)s AND s.settled_on <= %(last)s
     GROUP BY i.code, s.care ORDER BY i.code, s.care
"""


def rows_of_month(institution_id: int | None, month: Month, *, using: str = "bulk") -> list[dict[str, Any]]:
    """The rows of one institution (None: of all) settled in the month, in the columns of the fact table, by institution
    and number. A reversal is a row of its own in the month in which it was made."""

    told = {"first": month.first_day, "last": month.last_day, "institution": institution_id}
    found = []
    for code, number, reverses, groups, *same in _read(_ROWS, told, using):
        values = dict(zip(_SAME, same, strict=True))
        values |= {"institution_code": code, "settlement_number": number, "reverses": reverses or ""}
        values["groups"] = json.loads(groups)
        found.append({name: _value(name, values.get(name)) for name in COLUMNS})
    return found


def table_of_month(institution_id: int | None, month: Month, *, using: str = "bulk") -> pa.Table:
    """The same as an Arrow table, as facts are stored."""
    return pa.Table.from_pylist(rows_of_month(institution_id, month, using=using), schema=rows_schema(SETTLEMENTS))


def state_sums(month: Month, *, using: str = "bulk") -> dict[tuple[str, str], dict[str, Decimal]]:
    """(institution code, care) → sums of the month's rows, reversals included; "settlements" counts rows."""
    told = {"first": month.first_day, "last": month.last_day}
    return {
        (code, care): {"settlements": Decimal(count), **dict(zip(MONEY, sums, strict=True))}
        for code, care, count, *sums in _read(_SUMS, told, using)
    }


def _read(statement: str, told: dict[str, Any], using: str) -> Iterator[tuple[Any, ...]]:
    with connections[using].cursor() as cursor:
        cursor.execute(statement, told)
        yield from cursor.fetchall()


def _value(name: str, value: Any) -> Any:
    return None if name in _EMPTY_IS_NONE and not value else value
