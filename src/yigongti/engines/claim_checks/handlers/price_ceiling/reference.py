"""One bill's lines against the highest price of their items."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.judging import lines_meeting, number_text, price_times
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each line whose unit price is above the ceiling of the institution's level."""
    for met, row in lines_meeting(facts, check):
        price, ceiling = met.line.unit_price, row["ceiling"]
        assert isinstance(ceiling, Decimal)
        if price is None or row["level"] != met.bill.institution_level:
            continue
        amount = price_times(price - ceiling, met.line.quantity)
        wrong = price > ceiling and amount > 0
        trace.add(
            "price_ceiling",
            zh=f"第 {met.line.line_number} 行“{met.item}”单价 {number_text(price)} 元，本级最高"
            f" {number_text(ceiling)} 元，"
            f"数量 {number_text(met.line.quantity)}",
            en=f"line {met.line.line_number} “{met.item}” costs {number_text(price)} yuan, the level's ceiling is"
            f" {number_text(ceiling)}, quantity {number_text(met.line.quantity)}",
            evidence=(met.line.item_code, row.key),
            passed=wrong,
            source=met.source,
        )
        if wrong:
            yield met.finding(check, amount=amount, limit=number_text(ceiling), observed=number_text(price))
