"""One bill's lines against the items that need a level."""

from __future__ import annotations

from collections.abc import Iterator

from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import LEVEL_WORDS, LEVELS, Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.judging import lines_meeting
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each claimed line of an institution below the item's level."""
    for met, row in lines_meeting(facts, check):
        level, needed = met.bill.institution_level, str(row["min_level"])
        wrong = level in LEVELS and LEVELS[level] < LEVELS[needed] and met.line.claimed > 0
        shown = LEVEL_WORDS.get(level)
        trace.add(
            "institution_level",
            zh=f"第 {met.line.line_number} 行“{met.item}”限{LEVEL_WORDS[needed].zh}及以上机构，"
            f"本机构为{shown.zh if shown else level or '级别不详'}",
            en=f"line {met.line.line_number} “{met.item}” needs {LEVEL_WORDS[needed].en} level or above, the"
            " institution is"
            f" {shown.en if shown else level or 'of unknown level'}",
            evidence=(met.line.item_code, row.key),
            passed=wrong,
            source=met.source,
        )
        if wrong:
            yield met.finding(check, limit=LEVEL_WORDS[needed].zh, observed=LEVEL_WORDS[level].zh)
