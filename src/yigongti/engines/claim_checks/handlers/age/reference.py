"""One bill's lines against the items that are for an age."""

from __future__ import annotations

from collections.abc import Iterator

from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.judging import completed_years, lines_meeting
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each line whose item is for another age."""
    for met, row in lines_meeting(facts, check):
        born, on = met.bill.birth_date, met.line.charged_on
        youngest, oldest = row["min_years"], row["max_years"]
        years = None if born is None or born > on else completed_years(born, on)
        wrong = years is not None and (
            (isinstance(youngest, int) and years < youngest) or (isinstance(oldest, int) and years > oldest)
        )
        limit = limit_text(youngest, oldest)
        trace.add(
            "age",
            zh=f"第 {met.line.line_number} 行“{met.item}”限{limit}，患者"
            + ("出生日期不明" if years is None else f"当日 {years} 周岁"),
            en=f"line {met.line.line_number} “{met.item}” is for {youngest or 0} to {oldest or 'any'} years, the"
            " patient is" + (" of unknown age" if years is None else f" {years}"),
            evidence=(met.line.item_code, row.key),
            passed=wrong,
            source=met.source,
        )
        if wrong:
            yield met.finding(check, limit=limit, observed=f"{years}岁")


def limit_text(youngest: object, oldest: object) -> str:
    """“18岁以下” (18 included), “60岁以上” or “3至14岁”."""
    if youngest is None:
        return f"{oldest}岁以下"
    return f"{youngest}岁以上" if oldest is None else f"{youngest}至{oldest}岁"
