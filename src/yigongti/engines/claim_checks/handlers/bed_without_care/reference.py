"""Stays whose days pass with bed and nursing only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from yigongti.engines.claim_checks.charges import (
    at_stake,
    by_day,
    codes,
    counted_in_days,
    number,
    percent_text,
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
    """A finding for each stay with too large a share of days without care."""
    for bill in filter(counted_in_days, facts.bills):
        version = check.on(bill.ended_on)
        if version is None or bill.stay_days < number(version, "least_days"):
            continue
        lines = standing(bill)
        bed = codes(version, "bed_fee_items")
        cared_for = {line.charged_on for line in lines if line.fee_item not in bed}
        days = [bill.started_on + timedelta(days=passed) for passed in range(bill.stay_days)]
        empty = [day for day in days if day not in cared_for]
        share = number(version, "share")
        too_many = len(empty) > share * len(days)
        trace.add(
            "bed_without_care",
            zh=f"住院 {len(days)} 天，其中 {len(empty)} 天除床位和护理外没有收费，限 {share}",
            en=f"{len(days)} day(s) of stay, {len(empty)} with no charge but bed and nursing; at most {share} of them",
            evidence=tuple(str(day) for day in empty),
            passed=too_many,
            source=version.source,
        )
        if too_many:
            rows = [line for line in sorted(lines, key=by_day) if line.charged_on in empty]
            yield Finding(
                check.id, version.valid_from, bill.institution_code, bill.case_id, None, bill.ended_on,
                sum((at_stake(line) for line in rows), ZERO), shown(row_of(bill, line) for line in rows),
                limit=percent_text(share), observed=with_count(f"{len(days)}天中{len(empty)}天", rows),
            )  # fmt: skip
