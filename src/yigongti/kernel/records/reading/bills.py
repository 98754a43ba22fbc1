"""Bills: what a stay or a visit cost, who paid which part, where the record holds it.

Read from ExplanationOfBenefit and Claim (R4); a Claim shows only when no ExplanationOfBenefit names it. Amounts are
yuan as Decimal, None where the resource tells none: nothing is computed that was not settled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from yigongti.kernel.records.reading.elements import (
    Resource,
    at,
    display,
    every,
    first_code,
    number_of,
    target_of,
    words,
)
from yigongti.kernel.records.reading.facts import Fact
from yigongti.kernel.records.reading.moments import Moment, first_moment, moment

TYPES = ("ExplanationOfBenefit", "Claim")
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

    fact: Fact
    what: str
    where: str
    when: Moment
    until: Moment
    total: Decimal | None
    parts: tuple[Item, ...]
    items: tuple[Item, ...]
    is_settled: bool


def bills_of(facts: Iterable[Fact]) -> list[Bill]:
    """The bills, newest first."""
    given = [fact for fact in facts if fact.resource.get("status") not in _ERRORS]
    settled = [fact for fact in given if fact.type == "ExplanationOfBenefit"]
    answered = {target_of(fact.resource.get("claim")) for fact in settled}
    open_claims = [fact for fact in given if fact.type == "Claim" and f"Claim/{fact.id}" not in answered]
    found = [_bill(fact) for fact in [*settled, *open_claims]]
    return sorted(found, key=lambda bill: bill.when, reverse=True)


def _bill(fact: Fact) -> Bill:
    resource = fact.resource
    return Bill(
        fact,
        words(resource.get("type")),
        display(resource.get("provider")),
        moment(at(resource, "billablePeriod.start")) or first_moment(resource, ("created",)),
        moment(at(resource, "billablePeriod.end")),
        _total(resource),
        tuple(part for part in _totals(resource) if part.code not in _WHOLE),
        tuple(item for item in _items(resource) if item.amount is not None),
        fact.type == "ExplanationOfBenefit",
    )


def _items(resource: Resource) -> list[Item]:
    return [Item(words(item.get("productOrService")), _money(item.get("net"))) for item in every(resource.get("item"))]


def _total(resource: Resource) -> Decimal | None:
    if isinstance(resource.get("total"), dict):  # of a Claim
        return _money(resource["total"])
    return next((part.amount for part in _totals(resource) if part.code in _WHOLE), None)


def _totals(resource: Resource) -> list[Item]:
    if not isinstance(resource.get("total"), list):
        return []
    found = []
    for told in every(resource["total"]):
        text = str(at(told, "category.text") or "")
        found.append(Item(text, _money(told.get("amount")), first_code(told.get("category"))))
    return found


def _money(value: object) -> Decimal | None:
    return number_of(value.get("value")) if isinstance(value, dict) else None
