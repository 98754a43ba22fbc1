"""One bill's lines against the items that are not paid."""

from __future__ import annotations

from collections.abc import Iterator

from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.judging import lines_meeting
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each line that is claimed all the same."""
    for met, row in lines_meeting(facts, check):
        wrong = met.line.claimed > 0
        trace.add(
            "not_payable",
            zh=f"第 {met.line.line_number} 行“{met.item}”不予支付，申报 {met.line.claimed} 元",
            en=f"line {met.line.line_number} “{met.item}” is not payable, {met.line.claimed} yuan claimed",
            evidence=(met.line.item_code, row.key),
            passed=wrong,
            source=met.source,
        )
        if wrong:
            yield met.finding(check)
