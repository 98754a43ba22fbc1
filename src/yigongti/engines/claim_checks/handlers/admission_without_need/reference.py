"""Short stays for light illnesses that consist of examinations."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from yigongti.engines.claim_checks.charges import (
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
from yigongti.engines.claim_checks.facts import Bill, Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.handlers.admission_without_need import EMERGENCY
from yigongti.engines.claim_checks.knowledge import KnowledgeRow
from yigongti.foundation.money import ZERO
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each such stay."""
    for bill in filter(counted_in_days, facts.bills):
        version = check.on(bill.ended_on)
        row = _light_illness(check, bill)
        if version is None or row is None:
            continue
        short = bill.stay_days <= number(version, "longest_days")
        planned = not bill.procedures and bill.admission_route != EMERGENCY
        items = codes(version, "examination_items")
        examined = sum((line.amount for line in bill.lines if line.fee_item in items), ZERO)
        charged = sum((line.amount for line in bill.lines), ZERO)
        share = number(version, "examination_share")
        found = short and planned and charged > 0 and examined > share * charged
        trace.add(
            "admission_without_need",
            zh=f"主要诊断 {principal(bill)} 为轻症，住院 {bill.stay_days} 天，"
            f"{'无' if not bill.procedures else '有'}手术操作，"
            f"检查化验 {examined} 元，共 {charged} 元，限 {share}",
            en=f"light illness {principal(bill)}, {bill.stay_days} day(s), {len(bill.procedures)} procedure(s),"
            f" examinations {examined} of {charged} yuan, at most {share}",
            evidence=(principal(bill), row.key),
            passed=found,
            source=row.source,
        )
        if found:
            rows = [row_of(bill, line) for line in standing(bill) if line.fee_item in items]
            yield Finding(
                check.id, version.valid_from, bill.institution_code, bill.case_id, None, bill.ended_on,
                max(bill.total_cost, Decimal(0)), shown(rows), item=principal(bill), limit=percent_text(share),
                observed=with_count(percent_text(examined, charged), rows), other=f"{bill.stay_days}天",
                knowledge=row.key,
            )  # fmt: skip


def _light_illness(check: Check, bill: Bill) -> KnowledgeRow | None:
    """The row that names the principal diagnosis most closely."""
    rows = [
        row
        for row in check.knowledge.rows
        if row.in_force(bill.ended_on) and row["diagnosis"] and principal(bill).startswith(str(row["diagnosis"]))
    ]
    return min(rows, key=lambda row: (-len(str(row["diagnosis"])), row.key, row.valid_from), default=None)
