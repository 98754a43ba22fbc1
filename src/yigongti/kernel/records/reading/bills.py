"""Bills: what a stay or a visit cost, who paid what, where the record holds it.

Read from ExplanationOfBenefit and Claim (R4); a Claim shows only when no ExplanationOfBenefit names it. Amounts are
yuan as Decimal, None where the resource tells none: nothing is computed that was not settled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from yigongti.kernel.records.reading.words import (
    Json,
    Moment,
    coded,
    first_moment,
    moment,
    number_of,
    referred,
    target_of,
)

_ERRORS = frozenset({"entered-in-error", "cancelled", "draft"})
_PAID_BY_FUND, _PAID_BY_PATIENT = ("benefit",), ("copay", "deductible", "noncovered")  # HL7 adjudication codes


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a bill."""

    what: str
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Bill:
    """One bill. total: what was charged; by_fund, by_patient: who paid, None where it is not said."""

    id: str
    what: str
    where: str
    when: Moment | None
    until: Moment | None
    total: Decimal | None
    by_fund: Decimal | None
    by_patient: Decimal | None
    items: tuple[Item, ...]
    is_settled: bool


def bills(resources: Iterable[Json], language: str = "zh-hans") -> list[Bill]:
    """The bills among the resources, newest first."""
    given = [one for one in resources if one.get("status") not in _ERRORS]
    settled = [one for one in given if one.get("resourceType") == "ExplanationOfBenefit"]
    answered = {target_of(one.get("claim")) for one in settled}
    open_claims = [
        one for one in given if one.get("resourceType") == "Claim" and f"Claim/{one.get('id')}" not in answered
    ]
    found = [_bill(one, language) for one in [*settled, *open_claims]]
    return sorted(found, key=lambda bill: bill.when.sort_key if bill.when else 0.0, reverse=True)


def _bill(one: Json, language: str) -> Bill:
    period = one.get("billablePeriod") or {}
    return Bill(
        id=str(one.get("id", "")),
        what=coded(one.get("type"), language),
        where=referred(one.get("provider")),
        when=moment(period.get("start")) or first_moment(one, ("created",)),
        until=moment(period.get("end")),
        total=_total(one),
        by_fund=_paid(one, _PAID_BY_FUND) if one.get("total") else None,
        by_patient=_paid(one, _PAID_BY_PATIENT) if one.get("total") else None,
        items=tuple(
            Item(coded(item.get("productOrService"), language), _money(item.get("net"))) for item in one.get("item", [])
        ),
        is_settled=one.get("resourceType") == "ExplanationOfBenefit",
    )


def _total(one: Json) -> Decimal | None:
    if isinstance(one.get("total"), dict):  # of a Claim
        return _money(one["total"])
    return _paid(one, ("submitted",))


def _paid(one: Json, codes: tuple[str, ...]) -> Decimal | None:
    if not isinstance(one.get("total"), list):
        return None
    amounts = [
        _money(told.get("amount"))
        for told in one["total"]
        for coding in (told.get("category") or {}).get("coding", [])
        if coding.get("code") in codes
    ]
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def _money(value: object) -> Decimal | None:
    return number_of(value.get("value")) if isinstance(value, dict) else None
