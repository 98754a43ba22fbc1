"""Bills: what a stay or a visit has in common, made from discharges, settlement lists, visits and institutions.

    started_on, ended_on   days in Shanghai of admission and discharge; of a visit its day
    person                 keyed hash of the resident number, "" where there is none: the bill stands for itself
    insurance_type         of the settlement list or visit; else 310, 390 by the payment method of the front page
    died_on                the person's earliest discharge with disposition 5, or an earlier day that `deaths` knows
    readmission_planned    31-day plan “2 有”
    diagnoses, procedures  joined with "|", the principal first; a list without a principal begins with "|"

The same values as objects: `bill_of`, from a row of this table and its fee lines.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import ibis

from yigongti.engines.claim_checks.expressions import BILL
from yigongti.engines.claim_checks.facts import Bill, CareSetting, Line

INSURANCE_OF_PAYMENT = {"1": "310", "2": "390", "3": "390"}
"""Payment methods of the front page that name a basic insurance: employees, residents, the former rural scheme."""

PERSON_PLACES = 32
_DIED, _PLANNED = "5", "2"
_CHINA_IS_AHEAD = 8 * 3600
_EPOCH = date(1970, 1, 1)
_MONEY = "decimal(14, 2)"
_BILL = [field.name for field in fields(Bill) if field.name != "lines"]


def person_of(resident_number: str | None, key: str) -> str:
    """The person's key: tells nothing without `key`, and is the same wherever the same key is used."""
    number = (resident_number or "").strip().upper()
    return hashlib.sha256(f"{key}:{number}".encode()).hexdigest()[:PERSON_PLACES] if number else ""


def bills_table(
    *,
    discharges: Any,
    settlement_lists: Any,
    visits: Any,
    institutions: Any,
    person_key: str,
    deaths: Any = None,
    groups: Any = None,
) -> Any:
    """One row a stay or visit, with the columns of facts.Bill (diagnoses and procedures as text joined with "|").

    The first three are fact tables of one backend. institutions: institution_code, level, kind, community. deaths:
    resident_number, died_on, of those who died elsewhere or before. groups: institution_code, case_id, group. Text
    that is not known is "", never null.
    """
    bills = ibis.union(_stays(discharges, settlement_lists, person_key), _visits(visits, person_key))
    bills = _with(bills, _died(bills, deaths, person_key), ["person"], "earliest")
    # somebody without a number died in this stay or is not known to have died
    known = (bills.person == "").ifelse(bills.died_on, bills.earliest)
    bills = bills.mutate(died_on=known)
    places = institutions.select(
        "institution_code",
        institution_level=institutions.level,
        institution_kind=institutions.kind,
        community=institutions.community,
    )
    bills = _with(bills, places, ["institution_code"], "institution_level", "institution_kind", "community")
    if groups is not None:
        bills = _with(bills, groups.select(*BILL, "group"), BILL, "group")
    else:
        bills = bills.mutate(group=ibis.literal(""))
    text = {name: bills[name].cast("string").fill_null("") for name in _BILL if bills[name].type().is_string()}
    return bills.select(*(text[name].name(name) if name in text else name for name in _BILL))


def bare_bills(lines: Any) -> Any:
    """Bills made of nothing but their lines, for files without any: setting (inpatient where no line tells), first and
    last day, total."""
    summed = lines.group_by(BILL).agg(
        care_setting=lines.care_setting.nullif("").max(),
        started_on=lines.charged_on.min(),
        ended_on=lines.charged_on.max(),
        total_cost=lines.amount.sum().cast(_MONEY),
    )
    made: dict[str, Any] = {name: ibis.literal("") for name in _BILL if name not in summed.columns}
    made |= {
        "care_setting": summed.care_setting.fill_null(CareSetting.INPATIENT.value),
        "birth_date": ibis.null("date"),
        "died_on": ibis.null("date"),
        "readmission_planned": ibis.literal(False),
    }
    return summed.select(**{name: made.get(name, summed[name] if name in summed.columns else None) for name in _BILL})


def bill_of(row: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> Bill:
    """A bill as the references read it, from a row of the table and rows of its fee lines."""
    values = {name: row[name] for name in _BILL if row.get(name) is not None}
    for name in ("diagnoses", "procedures"):
        text = values.get(name) or ""
        values[name] = tuple(text.split("|")) if text else ()
    return Bill(**values, lines=tuple(_line_of(line) for line in sorted(lines, key=lambda line: line["line_number"])))


def _line_of(row: Mapping[str, Any]) -> Line:
    values = {field.name: row.get(field.name) for field in fields(Line)}
    return Line(**{name: value for name, value in values.items() if value is not None})


def _stays(discharges: Any, settlement_lists: Any, key: str) -> Any:
    of_list = settlement_lists.select(*BILL, settled_as=settlement_lists.insurance_type)
    stays = _with(discharges, of_list, BILL, "settled_as")
    by_payment = stays.payment_method.cases(*INSURANCE_OF_PAYMENT.items(), else_="")
    ended_on = _day(stays.discharged_at)
    return stays.select(
        *BILL,
        care_setting=ibis.literal(CareSetting.INPATIENT.value),
        started_on=ibis.coalesce(_day(stays.admitted_at), ended_on),
        ended_on=ended_on,
        insurance_type=ibis.coalesce(stays.settled_as.nullif(""), by_payment),
        person=_person(stays.resident_number, key),
        sex=stays.sex.fill_null(""),
        birth_date=stays.birth_date,
        died_on=(stays.discharge_disposition == _DIED).ifelse(ended_on, ibis.null("date")),
        diagnoses=_joined(stays.diagnoses),
        procedures=_joined(stays.procedures),
        department_code=stays.discharge_department_code.fill_null(""),
        admission_route=stays.admission_route.fill_null(""),
        disposition=stays.discharge_disposition.fill_null(""),
        readmission_planned=(stays.readmission_plan == _PLANNED).fill_null(False),
        total_cost=stays.total_cost.fill_null(Decimal(0)).cast(_MONEY),
    )


def _visits(visits: Any, key: str) -> Any:
    return visits.select(
        *BILL,
        care_setting=visits.care_setting.fill_null(""),
        started_on=visits.visited_on,
        ended_on=visits.visited_on,
        insurance_type=visits.insurance_type.fill_null(""),
        person=_person(visits.resident_number, key),
        sex=visits.sex.fill_null(""),
        birth_date=visits.birth_date,
        died_on=ibis.null("date"),
        diagnoses=_joined(visits.diagnoses),
        procedures=ibis.literal(""),
        department_code=visits.department_code.fill_null(""),
        admission_route=ibis.literal(""),
        disposition=ibis.literal(""),
        readmission_planned=ibis.literal(False),
        total_cost=visits.total_cost.fill_null(Decimal(0)).cast(_MONEY),
    )


def _died(bills: Any, deaths: Any, key: str) -> Any:
    """person, earliest: the day on which each person who is known by number died."""
    in_stay = bills.filter(bills.died_on.notnull() & (bills.person != "")).select("person", "died_on")
    if deaths is not None:
        elsewhere = deaths.select(person=_person(deaths.resident_number, key), died_on=deaths.died_on)
        in_stay = ibis.union(in_stay, elsewhere.filter(elsewhere.person != ""))
    return in_stay.group_by("person").agg(earliest=in_stay.died_on.min())


def _with(rows: Any, more: Any, key: list[str], *added: str) -> Any:
    """The rows with columns of another table that has at most one row a key."""
    renamed = more.select(*added, **{f"other_{name}": more[name] for name in key})
    met = rows.left_join(renamed, [rows[name] == renamed[f"other_{name}"] for name in key])
    return met.select(*rows.columns, *added)


def _person(resident_number: Any, key: str) -> Any:
    number = resident_number.fill_null("").strip().upper()
    digest = (ibis.literal(f"{key}:") + number).hexdigest("sha256").left(PERSON_PLACES)
    return (number == "").ifelse("", digest)


def _joined(codes: Any) -> Any:
    """A list of codes as one text; empty members are left out but for the principal's place."""
    filled = codes.filter(lambda code: code.fill_null("") != "")
    text = filled.join("|").fill_null("")
    # Asked for only where there is one: Spark refuses the first element of an empty list.
    headless = ibis.ifelse(filled.length() > 0, codes[0].fill_null("") == "", ibis.literal(False))
    return headless.ifelse(ibis.literal("|") + text, text)


def _day(instant: Any) -> Any:
    """The day in Shanghai, reckoned from the seconds since 1970: the session's time zone has no say."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC if instant.type().timezone else None)
    seconds = instant.delta(ibis.literal(epoch, instant.type()), unit="second")
    days = (seconds + _CHINA_IS_AHEAD) // (24 * 3600)
    return (ibis.literal(_EPOCH) + days.cast("int64").as_interval("D")).cast("date")
