"""A bill, its person and the counters of the year out of plain data (JSON), checked field by field.

    {"insurance_type": "390", "care": "inpatient", "level": "county", "place": "community", "referral": "none",
     "started_on": "2026-02-20", "ended_on": "2026-03-01",
     "total": "60000", "outside_catalogue": "3000", "above_limits": "1000", "first_share": "2000",
     "person": {"born_on": "1960-01-01", "groups": ["low_income"], "insured": {"390": [["2026-01-01", "2026-12-31"]]}},
     "used": {"admissions": 1, "pool": {"inpatient": "3000.00"}}}

Instead of the four sums a bill may have `lines` (item_code, quantity, amount, catalogue_class, first_share, limit).
Amounts are texts or whole numbers: a binary fraction such as 0.1 is not an amount of money.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from yigongti.engines.benefit.bill import Bill, BillLine, Care, Level, Person, Place, Referral, Used
from yigongti.engines.benefit.checking import refuse
from yigongti.engines.benefit.lines import sum_lines
from yigongti.foundation.errors import InvalidInput

Code = TypeVar("Code", bound=StrEnum)
_SUMS = ("total", "outside_catalogue", "above_limits", "first_share")
_BILL = {
    "insurance_type",
    "care",
    "level",
    "place",
    "referral",
    "started_on",
    "ended_on",
    "disease_code",
    "transferred_deductible",
    "lines",
    *_SUMS,
}
_PERSON = {"born_on", "groups", "insured", "approvals", "personal_account"}
_USED = {
    "admissions",
    "pool",
    "outpatient_deductible",
    "burden",
    "critical",
    "assistance_base",
    "assisted",
    "tilted",
    "disease_pool",
    "disease_deductible",
}
_LINE = {"item_code", "quantity", "amount", "catalogue_class", "first_share", "limit"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What `settle` is asked about."""

    bill: Bill
    person: Person
    used: Used


def read_asked(data: Any, on: date | None = None) -> Asked:
    """Bill, person and counters from data as JSON gives it; `on` is the day of discharge where the bill names none.

    Raises InvalidInput with the field: missing, unknown, not readable.
    """
    top = _object(data, "bill", {*_BILL, "person", "used"})
    ended_on = on if on is not None and "ended_on" not in top else _day(top, "ended_on")
    started_on = _day(top, "started_on") if "started_on" in top else ended_on
    bill = Bill(
        insurance_type=_text(top, "insurance_type"),
        care=_code(top, "care", Care),
        level=_code(top, "level", Level),
        place=_code(top, "place", Place),
        referral=_code(top, "referral", Referral),
        started_on=started_on,
        ended_on=ended_on,
        **_sums(top),
        disease_code=_text(top, "disease_code", ""),
        transferred_deductible=_number(top, "transferred_deductible") if top.get("transferred_deductible") else None,
    )
    return Asked(bill, _person(top.get("person", {})), _used(top.get("used", {})))


def _sums(top: Mapping[str, Any]) -> dict[str, Decimal]:
    if "lines" not in top:
        return {name: _number(top, name, None if name == "total" else Decimal(0)) for name in _SUMS}
    if any(name in top for name in _SUMS):
        raise refuse("field_twice", "费用行与合计只能给一种", "give either lines or sums, not both", "lines")
    lines = top["lines"]
    if not isinstance(lines, list) or not lines:
        raise _missing("lines")
    sums = sum_lines(_line(_object(line, f"lines[{number}]", _LINE)) for number, line in enumerate(lines))
    return {name: getattr(sums, name) for name in _SUMS}


def _line(given: Mapping[str, Any]) -> BillLine:
    return BillLine(
        item_code=_text(given, "item_code"),
        quantity=_number(given, "quantity"),
        amount=_number(given, "amount"),
        catalogue_class=_text(given, "catalogue_class"),
        first_share=_number(given, "first_share", Decimal(0)),
        limit=_number(given, "limit") if given.get("limit") is not None else None,
    )


def _person(data: Any) -> Person:
    given = _object(data, "person", _PERSON)
    insured = _object(given.get("insured", {}), "insured")
    approvals = _object(given.get("approvals", {}), "approvals")
    groups = given.get("groups", [])
    if not isinstance(groups, list):
        raise _unreadable("groups", groups)
    return Person(
        born_on=_day(given, "born_on") if given.get("born_on") else None,
        groups=frozenset(str(group) for group in groups),
        insured={
            scheme: tuple(_span(span, "insured") for span in _list(spans, "insured"))
            for scheme, spans in insured.items()
        },
        approvals={disease: _span(span, "approvals") for disease, span in approvals.items()},
        personal_account=_number(given, "personal_account", Decimal(0)),
    )


def _used(data: Any) -> Used:
    given = _object(data, "used", _USED)
    admissions = given.get("admissions", 0)
    if not isinstance(admissions, int) or isinstance(admissions, bool):
        raise _unreadable("admissions", admissions)
    pool = _object(given.get("pool", {}), "pool", set(Care))
    by_disease = {name: _object(given.get(name, {}), name) for name in ("disease_pool", "disease_deductible")}
    zero = Decimal(0)
    return Used(
        admissions=admissions,
        pool={Care(care): _number(pool, care) for care in pool},
        outpatient_deductible=_number(given, "outpatient_deductible", zero),
        burden=_number(given, "burden", zero),
        critical=_number(given, "critical", zero),
        assistance_base=_number(given, "assistance_base", zero),
        assisted=_number(given, "assisted", zero),
        tilted=_number(given, "tilted", zero),
        disease_pool={code: _number(by_disease["disease_pool"], code) for code in by_disease["disease_pool"]},
        disease_deductible={
            code: _number(by_disease["disease_deductible"], code) for code in by_disease["disease_deductible"]
        },
    )


def _object(data: Any, where: str, known: set[str] | None = None) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise _unreadable(where, data)
    surplus = sorted(str(name) for name in set(data) - known) if known is not None else []
    if surplus:
        name = surplus[0]
        raise refuse("field_unknown", f"不认识的字段“{name}”", f"unknown field “{name}”", f"{where}.{name}")
    return data


def _list(data: Any, where: str) -> list[Any]:
    if not isinstance(data, list):
        raise _unreadable(where, data)
    return data


def _span(data: Any, where: str) -> tuple[date, date]:
    days = _list(data, where)
    if len(days) != 2:
        raise _unreadable(where, data)
    first, last = (_read(date.fromisoformat, day, where) for day in days)
    if last < first:
        raise _unreadable(where, data)
    return first, last


def _text(given: Mapping[str, Any], name: str, missing: str | None = None) -> str:
    value = given.get(name, missing)
    if value is None:
        raise _missing(name)
    if not isinstance(value, str):
        raise _unreadable(name, value)
    return value


def _code(given: Mapping[str, Any], name: str, kind: type[Code]) -> Code:
    text = _text(given, name)
    if text not in set(kind):
        choices = ", ".join(kind)
        raise refuse("field_unreadable", f"“{text}”应为 {choices} 之一", f"“{text}” is none of {choices}", name)
    return kind(text)


def _day(given: Mapping[str, Any], name: str) -> date:
    return _read(date.fromisoformat, _text(given, name), name)


def _number(given: Mapping[str, Any], name: str, missing: Decimal | None = None) -> Decimal:
    value = given.get(name)
    if value is None:
        if missing is None:
            raise _missing(name)
        return missing
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise _unreadable(name, value)
    return _read(Decimal, value, name)


Read = TypeVar("Read")


def _read(reader: Callable[[Any], Read], value: Any, where: str) -> Read:
    try:
        return reader(value)
    except (ValueError, TypeError, InvalidOperation) as error:
        raise _unreadable(where, value) from error


def _missing(name: str) -> InvalidInput:
    return refuse("field_missing", f"缺少“{name}”", f"“{name}” is missing", name)


def _unreadable(name: str, value: Any) -> InvalidInput:
    shown = str(value)[:60]
    return refuse("field_unreadable", f"“{shown}”不是可用的值", f"“{shown}” is not a usable value", name)
