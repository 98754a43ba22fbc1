"""One bill's lines against the items that only one insurance pays."""

from __future__ import annotations

from collections.abc import Iterator

from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import INSURANCE_WORDS, Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.judging import lines_meeting
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each claimed line whose item another insurance would have to pay."""
    for met, row in lines_meeting(facts, check):
        insurance, needed = met.bill.insurance_type, INSURANCE_WORDS[str(row["insurance_type"])]
        wrong = insurance not in ("", row["insurance_type"]) and met.line.claimed > 0
        shown = INSURANCE_WORDS.get(insurance)
        trace.add(
            "insurance_type",
            zh=f"第 {met.line.line_number} 行“{met.item}”限{needed.zh}支付，"
            f"患者参加{shown.zh if shown else insurance or '的险种不详'}，"
            f"申报 {met.line.claimed} 元",
            en=f"line {met.line.line_number} “{met.item}” is paid by {needed.en} only; the patient has"
            f" {shown.en if shown else insurance or 'an unknown one'}, {met.line.claimed} yuan claimed",
            evidence=(met.line.item_code, row.key),
            passed=wrong,
            source=met.source,
        )
        if wrong:
            yield met.finding(check, limit=needed.zh, observed=shown.zh if shown else insurance)
