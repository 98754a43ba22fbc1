"""One bill's lines against the items that are for some care settings."""

from __future__ import annotations

from collections.abc import Iterator

from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import SETTING_WORDS, Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.judging import lines_meeting
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each claimed line whose item was given in another setting."""
    for met, row in lines_meeting(facts, check):
        allowed = row["settings"]
        assert isinstance(allowed, tuple)
        wrong = met.setting not in ("", *allowed) and met.line.claimed > 0
        limit = "、".join(SETTING_WORDS[setting].zh for setting in allowed)
        shown = SETTING_WORDS.get(met.setting)
        trace.add(
            "care_setting",
            zh=f"第 {met.line.line_number} 行“{met.item}”限{limit}使用，"
            f"实为{shown.zh if shown else met.setting or '不详'}",
            en=f"line {met.line.line_number} “{met.item}” is for"
            f" {', '.join(SETTING_WORDS[setting].en for setting in allowed)} care, it was given in"
            f" {shown.en if shown else met.setting or 'unknown'} care",
            evidence=(met.line.item_code, row.key),
            passed=wrong,
            source=met.source,
        )
        if wrong:
            yield met.finding(check, limit=limit, observed=shown.zh if shown else met.setting)
