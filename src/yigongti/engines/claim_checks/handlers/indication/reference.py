"""One bill's lines against the diagnoses that their items are paid for."""

from __future__ import annotations

from collections.abc import Iterator

from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.judging import lines_meeting, starts_with_any
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each claimed line for which the bill has no fitting diagnosis."""
    for met, row in lines_meeting(facts, check):
        prefixes, diagnoses = row["diagnoses"], met.bill.diagnoses
        assert isinstance(prefixes, tuple)
        wrong = bool(diagnoses) and not starts_with_any(diagnoses, prefixes) and met.line.claimed > 0
        trace.add(
            "indication",
            zh=f"第 {met.line.line_number} 行“{met.item}”限诊断 {'、'.join(prefixes)}，本次诊断"
            f" {'、'.join(diagnoses) or '没有'}",
            en=f"line {met.line.line_number} “{met.item}” is for {', '.join(prefixes)}, the bill has"
            f" {', '.join(diagnoses) or 'no diagnosis'}",
            evidence=(met.line.item_code, row.key, *diagnoses),
            passed=wrong,
            source=met.source,
        )
        if wrong:
            yield met.finding(check, limit="、".join(prefixes), observed="、".join(diagnoses))
