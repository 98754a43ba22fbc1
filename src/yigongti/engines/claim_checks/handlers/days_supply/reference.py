"""One bill's prescribed medicines against the days that they may last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import CareSetting, Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.handlers.days_supply import MEDICINES
from yigongti.engines.claim_checks.judging import Met, charged_lines, share, starts_with_any
from yigongti.foundation.errors import Text
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each medicine of more days than allowed."""
    for met in charged_lines(facts, check):
        days = met.line.days_supply
        if met.line.fee_item not in MEDICINES or days is None or met.setting == CareSetting.INPATIENT:
            continue
        rows = check.knowledge.by("item_code", met.line.item_code, met.line.charged_on)
        row = next((row for row in rows if row["max_days"] is not None), None)
        met = replace(met, row=row)
        allowed, why = days_allowed(met) if row is None else (int(str(row["max_days"])), Text("本药", "this medicine"))
        wrong = days > allowed
        trace.add(
            "days_supply",
            zh=f"第 {met.line.line_number} 行“{met.item}”开药 {days} 天，{why.zh}最多 {allowed} 天",
            en=f"line {met.line.line_number} “{met.item}” lasts {days} days, {why.en} may have {allowed}",
            evidence=(met.line.item_code, *((row.key,) if row else ())),
            passed=wrong,
            source=met.source,
        )
        if wrong:
            yield met.finding(
                check,
                amount=share(met.line.claimed, days - allowed, days),
                limit=str(allowed),
                observed=str(days),
            )


def days_allowed(met: Met) -> tuple[int, Text]:
    """The days that the parameters allow, and for what."""
    version = met.version
    if met.setting == CareSetting.EMERGENCY:
        return version.whole("emergency_days"), Text("急诊", "an emergency")
    if starts_with_any(met.bill.diagnoses, version.codes("chronic_diagnoses")):
        return version.whole("chronic_days"), Text("慢性病", "a chronic disease")
    return version.whole("outpatient_days"), Text("门诊", "an outpatient")
