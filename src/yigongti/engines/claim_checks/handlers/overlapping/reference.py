"""A person's stays against stays and visits elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from yigongti.engines.claim_checks.charges import bills_of_persons, inpatient, row_of, shown, when_begun, with_count
from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Bill, Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each bill of a known person that overlaps with a stay elsewhere."""
    for bills in bills_of_persons(facts).values():
        for bill in bills:
            version = check.on(bill.ended_on)
            wanted = version is not None and inpatient(bill) == (version.parameters["with"] == "stay")
            if version is None or not wanted or not bill.person:
                continue
            elsewhere = [one for one in bills if inpatient(one) and one.institution_code != bill.institution_code]
            others = [stay for stay in elsewhere if _meet(bill, stay)]
            trace.add(
                "overlapping",
                zh=f"{bill.case_id}（{bill.started_on} 至 {bill.ended_on}）与他处 {len(elsewhere)} 次住院中的"
                f" {len(others)} 次重叠",
                en=f"{bill.case_id} ({bill.started_on} to {bill.ended_on}) overlaps with {len(others)} of"
                f" {len(elsewhere)} stay(s) elsewhere",
                evidence=tuple(str(row_of(stay)) for stay in others),
                passed=bool(others),
                source=version.source,
            )
            if others:
                first = others[0]
                yield Finding(
                    check.id, version.valid_from, bill.institution_code, bill.case_id, None, bill.ended_on,
                    max(bill.total_cost, Decimal(0)), shown(row_of(stay) for stay in others),
                    observed=with_count(f"{first.started_on}至{first.ended_on}", others), other=first.institution_code,
                )  # fmt: skip


def _meet(bill: Bill, stay: Bill) -> bool:
    """Whether a bill stands against a stay elsewhere: of two stays the one that began later."""
    if inpatient(bill):
        overlap = bill.started_on < stay.ended_on and stay.started_on < bill.ended_on
        return overlap and when_begun(stay) < when_begun(bill)
    return stay.started_on < bill.started_on < stay.ended_on
