"""One bill's lines against the day of the patient's death."""

from __future__ import annotations

from collections.abc import Iterator

from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.judging import charged_lines
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each line after the death."""
    for met in charged_lines(facts, check):
        died_on, charged_on = met.bill.died_on, met.line.charged_on
        if died_on is None:
            continue
        wrong = died_on < charged_on
        trace.add(
            "after_death",
            zh=f"第 {met.line.line_number} 行“{met.item}”发生于 {charged_on}，患者 {died_on} 死亡",
            en=f"line {met.line.line_number} “{met.item}” was charged on {charged_on}, the patient died on {died_on}",
            evidence=(met.line.item_code,),
            passed=wrong,
            source=met.source,
        )
        if wrong:
            yield met.finding(check, limit=died_on.isoformat(), observed=charged_on.isoformat())
