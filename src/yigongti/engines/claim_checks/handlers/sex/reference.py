"""One bill's lines against the items that are for one sex."""

from __future__ import annotations

from collections.abc import Iterator

from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import SEX_WORDS, Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.judging import lines_meeting
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each line whose item is for the other sex."""
    for met, row in lines_meeting(facts, check):
        sex, needed = met.bill.sex, SEX_WORDS[str(row["sex"])]
        wrong = sex in SEX_WORDS and sex != row["sex"]
        shown = SEX_WORDS.get(sex)
        trace.add(
            "sex",
            zh=f"第 {met.line.line_number} 行“{met.item}”限{needed.zh}性，患者性别{shown.zh if shown else '不详'}",
            en=f"line {met.line.line_number} “{met.item}” is for {needed.en} patients, this one is"
            f" {shown.en if shown else 'of unknown sex'}",
            evidence=(met.line.item_code, row.key),
            passed=wrong,
            source=met.source,
        )
        if wrong:
            yield met.finding(check, limit=needed.zh, observed=SEX_WORDS[sex].zh)
