"""Bills: what a stay or a visit cost, who paid which part, where the record holds it.

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
_WHOLE = frozenset({"submitted", "total"})
"""Codes of a total that is the whole bill: HL7's and our own (naming.PAID_BY)."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a bill, or one part of its payment. code: HL7's ("benefit") or our own ("cash")."""

    what: str
    amount: Decimal | None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Bill:
    """One bill. total: what was charged, None where it is not said; parts: who paid which part, as it was settled."""

    id: str
    what: str
    where: str
    when: Moment | None
    until: Moment | None
    total: Decimal | None
    parts: tuple[Item, ...]
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
        parts=tuple(part for part in _totals(one, language) if part.code not in _WHOLE),
        items=tuple(item for item in _items(one, language) if item.amount is not None),
        is_settled=one.get("resourceType") == "ExplanationOfBenefit",
    )


def _items(one: Json, language: str) -> list[Item]:
    return [
        Item(coded(item.get("productOrService"), language), _money(item.get("net"))) for item in one.get("item", [])
    ]


def _total(one: Json) -> Decimal | None:
    if isinstance(one.get("total"), dict):  # of a Claim
        return _money(one["total"])
    return next((part.amount for part in _totals(one, "") if part.code in _WHOLE), None)


def _totals(one: Json, language: str) -> list[Item]:
    if not isinstance(one.get("total"), list):
        return []
    found = []
    for told in one["total"]:
        category = told.get("category") or {}
        code = next((str(coding["code"]) for coding in category.get("coding", []) if coding.get("code")), "")
        found.append(Item(str(category.get("text", "")), _money(told.get("amount")), code))
    return found


def _money(value: object) -> Decimal | None:
    return number_of(value.get("value")) if isinstance(value, dict) else None
