"""A person's visits around a stay in the same institution."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from yigongti.engines.claim_checks.charges import (
    bills_of_persons,
    codes,
    inpatient,
    number,
    row_of,
    shown,
    with_count,
)
from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Bill, CareSetting, Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.foundation.money import ZERO, to_fen
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each visit around a stay that carries what belongs to the stay."""
    for bills in bills_of_persons(facts).values():
        stays = [bill for bill in bills if inpatient(bill)]
        for visit in bills:
            version = check.on(visit.ended_on)
            if version is None or inpatient(visit) or not visit.person:
                continue
            days = number(version, "days")
            around = [stay for stay in stays if _belongs(visit, stay, int(days))]
            items = codes(version, "fee_items")
            amount = sum((line.claimed for line in visit.lines if line.fee_item in items), ZERO)
            found = bool(around) and amount >= number(version, "least_amount") and amount > 0
            if around:
                trace.add(
                    "cost_shifted",
                    zh=f"{visit.case_id}（{visit.started_on}）在住院 {around[0].case_id}（{around[0].started_on} 至"
                    f" {around[0].ended_on}）前后，有关费用 {amount} 元",
                    en=f"{visit.case_id} ({visit.started_on}) stands around the stay {around[0].case_id}"
                    f" ({around[0].started_on} to {around[0].ended_on}) with {amount} yuan",
                    evidence=tuple(str(row_of(stay)) for stay in around),
                    passed=found,
                    source=version.source,
                )
            if found:
                yield Finding(
                    check.id, version.valid_from, visit.institution_code, visit.case_id, None, visit.ended_on,
                    to_fen(amount), shown(row_of(stay) for stay in around), limit=f"{days:.0f}天",
                    observed=with_count(f"{around[0].started_on}至{around[0].ended_on}", around),
                    other=around[0].case_id,
                )  # fmt: skip


def _belongs(visit: Bill, stay: Bill, days: int) -> bool:
    admitted_through_it = visit.care_setting == CareSetting.EMERGENCY and visit.started_on == stay.started_on
    return (
        visit.institution_code == stay.institution_code
        and stay.started_on - timedelta(days=days) <= visit.started_on <= stay.ended_on
        and not admitted_through_it
    )
