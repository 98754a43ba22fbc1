"""The same over tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.expressions import (
    answer,
    charged_lines_with_knowledge,
    item_of,
    number_text,
    price_times,
    with_bills,
)
from yigongti.engines.claim_checks.facts import LEVELS
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.narrowing import Narrowing


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Lines whose unit price is above the ceiling of the institution's level."""
    met = charged_lines_with_knowledge(tables, check, version)
    met = with_bills(met.filter(met.unit_price > met.k_ceiling), tables, "institution_level")
    # Framed, so that no database takes the level for a key and first joins all bills of a level with all its ceilings.
    met = met.filter((met.institution_level + "|" + met.k_level).isin([f"{level}|{level}" for level in LEVELS]))
    met = met.mutate(over=price_times(met.unit_price - met.k_ceiling, met.quantity))
    wrong = met.filter(met.over > 0)
    return answer(
        wrong,
        check,
        version,
        amount=wrong.over,
        item=item_of(wrong),
        limit=number_text(wrong.k_ceiling),
        observed=number_text(wrong.unit_price),
    )


def narrow(tables: Tables, check: Check, version: Version) -> Narrowing:
    """Lines dearer than the lowest ceiling that the knowledge ever had for the item and the level."""
    ceilings: dict[tuple[str, str], Decimal] = {}
    for row in check.knowledge.rows:
        named, ceiling = (str(row["item_code"]), str(row["level"])), row["ceiling"]
        assert isinstance(ceiling, Decimal)
        ceilings[named] = min(ceiling, ceilings.get(named, ceiling))
    return Narrowing(ceilings=ceilings)
