"""Invented bills of a year: as rows of the fact table, and settled one by one with the counters of each person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa

from yigongti.engines.benefit.public import (
    Bill,
    Care,
    Level,
    Person,
    Place,
    Referral,
    Settlement,
    Used,
    rules_of,
    settle,
)
from yigongti.engines.benefit.table import settle_table
from yigongti.facts.arrow_schemas import rows_schema
from yigongti.foundation.errors import YigongtiError
from yigongti.foundation.policy import Policy
from yigongti.foundation.schemas.settlements import SETTLEMENTS

EVER = (date(1900, 1, 1), date(2199, 12, 31))
STAYS = (Care.INPATIENT, Care.MAJOR_DISEASE)


@dataclass(frozen=True)
class Row:
    """A row of the fact table `settlements`, as far as benefits are computed from it."""

    number: str
    person: str
    care: str
    total: Decimal | None
    started_on: date
    ended_on: date
    settled_on: date
    insurance_type: str = "390"
    level: str = "county"
    place: str = "community"
    referral: str = "none"
    groups: tuple[str, ...] = ()
    disease_code: str = ""
    outside: Decimal | None = None
    above: Decimal | None = None
    first: Decimal | None = None
    account: Decimal | None = None
    reverses: str = ""
    birth_date: date | None = None
    institution: str = "H1"


def rows_of(rows: Sequence[Row]) -> pa.Table:
    """The rows as the fact table has them."""
    values = [
        {
            "institution_code": row.institution,
            "settlement_number": row.number,
            "reverses": row.reverses or None,
            "insured_number": row.person,
            "birth_date": row.birth_date,
            "insurance_type": row.insurance_type,
            "groups": list(row.groups),
            "care": row.care,
            "level": row.level,
            "place": row.place,
            "referral": row.referral,
            "disease_code": row.disease_code or None,
            "started_on": row.started_on,
            "ended_on": row.ended_on,
            "settled_on": row.settled_on,
            "total_cost": row.total,
            "outside_catalogue": row.outside,
            "above_limits": row.above,
            "first_share": row.first,
            "personal_account": row.account,
        }
        for row in rows
    ]
    return pa.Table.from_pylist(values, schema=rows_schema(SETTLEMENTS))


class Settling:
    """`settle_table` compiled once and run over as many sets of rows as a test draws."""

    def __init__(self, policy: Policy, first_on: date, last_on: date) -> None:
        self._backend = ibis.duckdb.connect()
        self._fill([])
        facts = self._backend.table("facts")
        self._expression = settle_table(facts, policy, first_on=first_on, last_on=last_on)
        self._backend.to_pyarrow(self._expression)  # registers the tables of terms
        self._sql = self._backend.compile(self._expression)

    def __call__(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        self._fill(rows)
        found: list[dict[str, Any]] = self._backend.con.sql(self._sql).to_arrow_table().to_pylist()
        return found

    def _fill(self, rows: Sequence[Row]) -> None:
        self._backend.con.register("drawn", rows_of(rows))
        self._backend.con.execute("CREATE OR REPLACE TABLE facts AS SELECT * FROM drawn")


def settled_one_by_one(rows: Sequence[Row], policy: Policy) -> dict[tuple[str, str], Settlement | str]:
    """By (institution, number): the settlement, or the code of the refusal. Pairs that were taken back are left out."""
    answers: dict[tuple[str, str], Settlement | str] = {}
    used: dict[Any, Used] = {}
    last: dict[Any, tuple[date, Settlement]] = {}
    for row in sorted(rows, key=lambda row: (row.settled_on, row.number, row.institution)):
        key = (row.institution, row.number)
        refused = _of_a_pair(row, rows)
        if refused:
            answers[key] = refused
            continue
        try:
            rules = rules_of(policy, row.insurance_type, row.ended_on)
            year = (row.person, row.insurance_type, rules.year_from)
            bill = _bill(row)
            before = last.get(year)
            if before is not None and bill.referral in (Referral.UP, Referral.DOWN) and bill.care in STAYS:
                gap = (row.started_on - before[0]).days
                if 0 <= gap <= rules.referral_gap_days:
                    bill = replace(bill, transferred_deductible=before[1].deductible_of_stay)
            settled = settle(bill, _person(row), used.get(year, Used()), rules)
        except YigongtiError as error:
            answers[key] = error.code
            continue
        used[year] = settled.after
        bears = bill.care is Care.INPATIENT or (bill.care is Care.MAJOR_DISEASE and rules.major_bears_deductible)
        if bears:
            last[year] = (row.ended_on, settled)
        answers[key] = settled
    return answers


def _of_a_pair(row: Row, rows: Sequence[Row]) -> str:
    if row.reverses:
        originals = [other for other in rows if other.institution == row.institution and other.number == row.reverses]
        if not originals:
            return "benefit.reversal_without_original"
        return "benefit.reversal_of_reversal" if originals[0].reverses else "benefit.taken_back"
    taken = any(other.institution == row.institution and other.reverses == row.number for other in rows)
    return "benefit.taken_back" if taken else ""


def _bill(row: Row) -> Bill:
    return Bill(
        insurance_type=row.insurance_type,
        care=Care(row.care),
        level=Level(row.level),
        place=Place(row.place),
        referral=Referral(row.referral),
        started_on=row.started_on,
        ended_on=row.ended_on,
        total=row.total if row.total is not None else Decimal("NaN"),
        outside_catalogue=row.outside or Decimal(0),
        above_limits=row.above or Decimal(0),
        first_share=row.first or Decimal(0),
        disease_code=row.disease_code,
    )


def _person(row: Row) -> Person:
    return Person(
        born_on=row.birth_date,
        groups=frozenset(row.groups) - {""},
        insured={row.insurance_type: (EVER,)},
        approvals={row.disease_code: EVER},
        personal_account=row.account or Decimal(0),
    )


def a_row(number: int, **given: Any) -> Row:
    """An ordinary stay of one person, discharged in 2026, with what is given changed."""
    ended_on = given.pop("ended_on", date(2026, 3, 1))
    usual: dict[str, Any] = {
        "number": f"{number:06d}",
        "person": "P1",
        "care": "inpatient",
        "total": Decimal("10600.00"),
        "started_on": ended_on - timedelta(days=5),
        "ended_on": ended_on,
        "settled_on": ended_on,
    }
    return Row(**{**usual, **given})
