"""One bill's lines against what the institution paid for the same goods."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.handlers.mark_up import LEAST_OVER
from yigongti.engines.claim_checks.judging import PLACES, charged_lines, number_text, price_times
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each line dearer than the latest purchase allows."""
    for met in charged_lines(facts, check):
        line = met.line
        if line.unit_price is None or line.fee_item not in met.version.codes("fee_items"):
            continue
        paid = latest_purchase(facts, met.bill.institution_code, line.item_code, line.charged_on)
        if paid is None:
            continue
        ratio = met.version.number(f"ratio_{line.fee_item}") or Decimal(0)
        allowed = (paid * (1 + ratio)).quantize(PLACES, rounding=ROUND_HALF_UP)
        amount = price_times(line.unit_price - allowed, line.quantity)
        wrong = line.unit_price - allowed > Decimal(LEAST_OVER) and amount > 0
        trace.add(
            "mark_up",
            zh=f"第 {line.line_number} 行“{met.item}”售价 {number_text(line.unit_price)} 元，最近进价"
            f" {number_text(paid)} 元，"
            f"允许至 {number_text(allowed)} 元",
            en=f"line {line.line_number} “{met.item}” costs {number_text(line.unit_price)} yuan, was last bought at"
            f" {number_text(paid)}, may cost {number_text(allowed)}",
            evidence=(line.item_code,),
            passed=wrong,
            source=met.source,
        )
        if wrong:
            yield met.finding(
                check,
                amount=amount,
                limit=number_text(allowed),
                observed=number_text(line.unit_price),
                other=number_text(paid),
            )


def latest_purchase(facts: Facts, institution_code: str, item_code: str, on: date) -> Decimal | None:
    """What the institution paid a unit when it last bought the item, up to that day."""
    bought = [
        (move.moved_on, move.unit_price)
        for move in facts.stock_moves
        if move.kind == "purchase"
        and move.institution_code == institution_code
        and move.item_code == item_code
        and move.moved_on <= on
        and move.unit_price is not None
    ]
    return max(bought)[1] if bought else None
