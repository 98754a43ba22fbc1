"""A month's facts as the engine's tables: lines, and one bill for each stay and visit, from the views of a connection.

Where a stay comes from a front page and its settlement list, a visit from the visit itself. The person is a digest of
the resident number: it joins the bills of one person, and no result keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import pyarrow as pa

from yigongti.engines.claim_checks.public import ClaimChecks, Tables, knowledge_tables
from yigongti.foundation.period import Month

DIED = "5"
"""离院方式 5: died."""
_KEY = ["institution_code", "case_id"]
_PLANNED = "2"
"""31天再住院计划 2: there is one."""


@dataclass(frozen=True, slots=True)
class Place:
    """An institution as the checks see it. level: village, township, county, …; community: that it belongs to."""

    level: str
    kind: str = ""
    community: str = ""


def tables_of_months(
    connection: Any,
    months: Iterable[Month],
    checks: ClaimChecks,
    places: Mapping[str, Place],
    institution_code: str = "",
) -> Tables:
    """Lines, bills and stock moves of these months, and the checks' knowledge, as Ibis tables of the connection.

    institution_code: only this institution's facts; "" for all.
    """
    wanted = [str(month) for month in months]

    def facts(kind: str) -> Any:
        table = connection.table(kind)
        table = table.filter(table.month.isin(wanted))
        return table.filter(table.institution_code == institution_code) if institution_code else table

    return Tables(
        lines=facts("fee_lines"),
        bills=_bills(facts("discharges"), facts("visits"), facts("settlement_lists"), places),
        stock_moves=facts("stock_moves"),
        knowledge=knowledge_tables(checks),
    )


def _bills(pages: Any, visits: Any, lists: Any, places: Mapping[str, Place]) -> Any:
    """One row for each stay and visit; columns as the engine's Bill, and the attending `physician`."""
    types = lists.group_by(_KEY).agg(list_type=lists.insurance_type.max())
    made = ibis.union(_stays(pages, types), _visits(visits))
    made = made.left_join(_deaths(made), made.person == _deaths(made).dead).drop("dead")
    known = _places(places)
    made = made.left_join(known, made.institution_code == known.place)
    text = ("institution_level", "institution_kind", "community")
    return made.mutate(**{name: made[name].fill_null("") for name in text}).drop("place")


def _stays(pages: Any, lists: Any) -> Any:
    # China has kept UTC+8 without summer time since 1991
    left, came = (
        (moment + ibis.interval(hours=8)).cast("timestamp('UTC')").date()
        for moment in (pages.discharged_at, pages.admitted_at)
    )
    joined = pages.mutate(left=left, came=came).left_join(lists, _KEY)
    return joined.select(
        institution_code=joined.institution_code,
        case_id=joined.case_id,
        care_setting=ibis.literal("2"),
        started_on=ibis.coalesce(joined.came, joined.left),
        ended_on=joined.left,
        insurance_type=joined.list_type.fill_null(""),
        person=_person(joined.resident_number),
        sex=_sex(joined.sex),
        birth_date=joined.birth_date,
        diagnoses=joined.diagnoses.join("|").fill_null(""),
        procedures=joined.procedures.join("|").fill_null(""),
        department_code=joined.discharge_department_code.fill_null(""),
        physician=joined.attending_physician.fill_null(""),
        admission_route=joined.admission_route.fill_null(""),
        disposition=joined.discharge_disposition.fill_null(""),
        readmission_planned=(joined.readmission_plan == _PLANNED).fill_null(False),
        group=ibis.literal(""),
        total_cost=joined.total_cost.fill_null(0).cast("decimal(14, 2)"),
    )


def _visits(visits: Any) -> Any:
    return visits.select(
        institution_code=visits.institution_code,
        case_id=visits.case_id,
        care_setting=visits.care_setting,
        started_on=visits.visited_on,
        ended_on=visits.visited_on,
        insurance_type=visits.insurance_type.fill_null(""),
        person=_person(visits.resident_number),
        sex=_sex(visits.sex),
        birth_date=visits.birth_date,
        diagnoses=visits.diagnoses.join("|").fill_null(""),
        procedures=ibis.literal(""),
        department_code=visits.department_code.fill_null(""),
        physician=visits.physician.fill_null(""),
        admission_route=ibis.literal(""),
        disposition=ibis.literal(""),
        readmission_planned=ibis.literal(False),
        group=ibis.literal(""),
        total_cost=visits.total_cost.cast("decimal(14, 2)"),
    )


def _person(number: Any) -> Any:
    """A digest of the resident number; "" where there is none, so that nobody is taken for somebody else."""
    cleaned = number.fill_null("").strip().upper()
    return (cleaned == "").ifelse("", cleaned.hexdigest("sha256"))


def _sex(sex: Any) -> Any:
    return sex.isin(["1", "2"]).ifelse(sex, "").fill_null("")


def _deaths(bills: Any) -> Any:
    """Person → the day on which the person died, where a stay of these months says so."""
    dead = bills.filter((bills.disposition == DIED) & (bills.person != ""))
    return dead.group_by(dead=dead.person).agg(died_on=dead.ended_on.min())


def _places(places: Mapping[str, Place]) -> Any:
    names = ("place", "institution_level", "institution_kind", "community")
    rows = [
        dict(zip(names, (code, place.level, place.kind, place.community), strict=True))
        for code, place in sorted(places.items())
    ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in names])))
