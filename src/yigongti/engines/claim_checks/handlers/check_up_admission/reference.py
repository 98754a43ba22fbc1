"""Short stays that consist of examinations."""

from __future__ import annotations

from collections.abc import Iterator

from yigongti.engines.claim_checks.charges import (
    at_stake,
    codes,
    counted_in_days,
    number,
    percent_text,
    principal,
    row_of,
    shown,
    standing,
    with_count,
)
from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.foundation.money import ZERO
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each such stay."""
    for bill in filter(counted_in_days, facts.bills):
        version = check.on(bill.ended_on)
        if version is None:
            continue
        items = codes(version, "examination_items")
        examined = sum((line.amount for line in bill.lines if line.fee_item in items), ZERO)
        charged = sum((line.amount for line in bill.lines), ZERO)
        share = number(version, "examination_share")
        short = bill.stay_days <= number(version, "longest_days") and not bill.procedures
        excepted = principal(bill).startswith(codes(version, "except_diagnoses"))
        found = short and not excepted and charged > 0 and examined > share * charged
        trace.add(
            "check_up_admission",
            zh=f"住院 {bill.stay_days} 天，{'无' if not bill.procedures else '有'}手术操作，主要诊断 {principal(bill)}"
            f"{'属除外' if excepted else ''}，检查化验 {examined} 元，共 {charged} 元，限 {share}",
            en=f"{bill.stay_days} day(s), {len(bill.procedures)} procedure(s), principal {principal(bill)}"
            f"{' (excepted)' if excepted else ''}, examinations {examined} of {charged} yuan, at most {share}",
            evidence=(principal(bill),),
            passed=found,
            source=version.source,
        )
        if found:
            lines = [line for line in standing(bill) if line.fee_item in items]
            yield Finding(
                check.id, version.valid_from, bill.institution_code, bill.case_id, None, bill.ended_on,
                sum((at_stake(line) for line in lines), ZERO), shown(row_of(bill, line) for line in lines),
                item=principal(bill), limit=percent_text(share),
                observed=with_count(percent_text(examined, charged), lines), other=f"{bill.stay_days}天",
            )  # fmt: skip
