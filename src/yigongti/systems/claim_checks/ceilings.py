"""Published prices as what the checks of prices look for: laid over the knowledge of each check that compares them.

This system does not know where prices are published: a process offers them (`offer_ceilings`, called by
processes/price_ceilings). From the first day on which the catalogue has an item at a level, the catalogue alone says
what it may cost there; until then the policy's starter list and what was taken over hold. The day of the service
chooses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from yigongti.engines.claim_checks.public import Check, KnowledgeRow, KnowledgeTable

HANDLER = "price_ceiling"
SOURCE = "price-catalogue"
"""How a row of knowledge names that it is of the catalogue (sources.py says it in words)."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The highest price of an item at a level (facts.LEVELS) in yuan for a unit, from one day to another."""

    item_code: str
    item_name: str
    level: str
    price: Decimal
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class CeilingSource:
    """state: names the catalogue's content cheaply, asked before every judgement; read: all of it, of all
    days. Both are given the connection to ask."""

    state: Callable[[str], Hashable]
    read: Callable[[str], Iterable[Ceiling]]


_offered: list[CeilingSource] = []


def offer_ceilings(source: CeilingSource) -> None:
    """Called by a process's `ready()`: where the prices that hold are published."""
    _offered[:] = [source]


def state(using: str) -> Hashable:
    """Names what is published; None where nothing offers prices."""
    return _offered[0].state(using) if _offered else None


def published(using: str) -> tuple[Ceiling, ...]:
    """All published prices, in order."""
    if not _offered:
        return ()
    return tuple(sorted(_offered[0].read(using), key=lambda one: (one.item_code, one.level, one.valid_from)))


def laid_over(check: Check, ceilings: Iterable[Ceiling]) -> Check:
    """The check with the published prices in the place of its own rows; checks that compare no prices stay."""
    own = list(ceilings)
    if check.handler != HANDLER or not own:
        return check
    first: dict[tuple[str, str], date] = {}
    for one in own:
        place = one.item_code, one.level
        first[place] = min(one.valid_from, first.get(place, one.valid_from))
    kept = []
    for row in check.knowledge.rows:
        begins = first.get((str(row["item_code"]), str(row["level"])))
        if begins is None or (row.valid_to is not None and row.valid_to < begins):
            kept.append(row)
        elif row.valid_from < begins:
            kept.append(replace(row, valid_to=begins - timedelta(days=1)))
    return replace(check, knowledge=KnowledgeTable((*kept, *map(_row, own))))


def _row(one: Ceiling) -> KnowledgeRow:
    values = {"item_code": one.item_code, "item_name": one.item_name, "level": one.level, "ceiling": one.price}
    return KnowledgeRow(f"{one.item_code}/{one.level}", one.valid_from, one.valid_to, SOURCE, values)


def digest_of(ceilings: Iterable[Ceiling]) -> str:
    """Names the published prices; "" when there are none."""
    told = [f"{c.item_code}|{c.level}|{c.price.normalize()}|{c.valid_from}|{c.valid_to}" for c in ceilings]
    return hashlib.sha256("\n".join(told).encode()).hexdigest() if told else ""
