"""An institution's sales of medicines and supplies against what its stores could give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from yigongti.engines.claim_checks.charges import codes, named, number, number_text
from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Facts, Line
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.handlers.stock_sales import SIGNS
from yigongti.foundation.money import ZERO, to_fen
from yigongti.foundation.trace import Trace

Stock = dict[tuple[str, str], Decimal]


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each item of an institution of which more was sold than there was."""
    for version in check.versions:
        stock: Stock = defaultdict(Decimal)
        for move in facts.stock_moves:
            if version.in_force(move.moved_on) and move.kind in SIGNS:
                stock[move.institution_code, move.item_code] += SIGNS[move.kind] * move.quantity
        items = codes(version, "fee_items")
        sold: dict[tuple[str, str], list[Line]] = defaultdict(list)
        for bill in facts.bills:
            for line in bill.lines:
                key = bill.institution_code, line.item_code
                if key in stock and line.fee_item in items and version.in_force(line.charged_on):
                    sold[key].append(line)
        for key, lines in sorted(sold.items()):
            quantity = sum((line.quantity for line in lines), Decimal(0))
            amount = sum((line.amount for line in lines), ZERO)
            there = max(Decimal(0), stock[key])
            too_many = quantity > there * (1 + number(version, "tolerance")) and amount > 0
            name = max(named(line) for line in lines)
            trace.add(
                "stock_sales",
                zh=f"{key[0]} 的“{name}”售出 {number_text(quantity)}，库存可售 {number_text(there)}",
                en=f"{key[0]} sold {number_text(quantity)} of “{name}”, its stores could give {number_text(there)}",
                evidence=(key[1],),
                passed=too_many,
                source=version.source,
            )
            if too_many:
                yield Finding(
                    check.id, version.valid_from, key[0], "", None, max(line.charged_on for line in lines),
                    to_fen(amount * (quantity - there) / quantity), item=name, limit=number_text(there),
                    observed=number_text(quantity), other=key[1],
                )  # fmt: skip
