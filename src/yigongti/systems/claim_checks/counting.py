"""How much of each finding is counted, so that no yuan is counted twice.

On one line the strongest finding counts first, among equals the dearest; the next counts only what it puts at stake
beyond that. A finding of the bill as a whole counts what it puts at stake beyond all its lines together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from yigongti.systems.claim_checks.wording import STRENGTH_ORDER


def counted(rows: Iterable[Mapping[str, Any]], strengths: Mapping[str, str]) -> list[Decimal]:
    """The counted part of each row, in their order. rows: findings; strengths: check id → strength."""
    own = list(rows)
    order = sorted(range(len(own)), key=lambda place: _rank(own[place], strengths))
    shares = [Decimal(0)] * len(own)
    of_row: dict[tuple[Any, ...], Decimal] = {}
    of_bill: dict[tuple[Any, ...], Decimal] = {}
    for place in order:
        row = own[place]
        bill = row["institution_code"], row["case_id"]
        key = (*bill, row["line_number"])
        before = of_bill.get(bill, Decimal(0)) if row["line_number"] is None else of_row.get(key, Decimal(0))
        share = max(Decimal(0), row["amount"] - before)
        shares[place] = share
        of_row[key] = of_row.get(key, Decimal(0)) + share
        of_bill[bill] = of_bill.get(bill, Decimal(0)) + share
    return shares


def _rank(row: Mapping[str, Any], strengths: Mapping[str, str]) -> tuple[Any, ...]:
    whole = row["line_number"] is None
    strength = STRENGTH_ORDER.index(strengths[row["check"]])
    return whole, strength, -row["amount"], row["institution_code"], row["case_id"], row["line_number"] or 0, row["check"]
