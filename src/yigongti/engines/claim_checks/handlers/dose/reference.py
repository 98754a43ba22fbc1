"""One bill's lines against the largest daily dose of their medicines."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.judging import lines_meeting, number_text
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each line with a larger daily dose."""
    for met, row in lines_meeting(facts, check):
        dose, largest = met.line.daily_dose, row["max_daily_dose"]
        assert isinstance(largest, Decimal)
        if dose is None:
            continue
        wrong = dose > largest
        trace.add(
            "dose",
            zh=f"第 {met.line.line_number} 行“{met.item}”日剂量 {number_text(dose)}，最大 {number_text(largest)}",
            en=f"line {met.line.line_number} “{met.item}” has a daily dose of {number_text(dose)}, the largest is"
            f" {number_text(largest)}",
            evidence=(met.line.item_code, row.key),
            passed=wrong,
            source=met.source,
        )
        if wrong:
            yield met.finding(check, limit=number_text(largest), observed=number_text(dose))
