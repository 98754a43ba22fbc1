"""A person's stays that follow one another for the same illness."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from yigongti.engines.claim_checks.charges import (
    bills_of_persons,
    codes,
    inpatient,
    number,
    principal,
    row_of,
    shown,
    when_begun,
    with_count,
)
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.facts import Bill, Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.handlers.split_admission import CATEGORY, SENT_ON
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each stay that goes on where an earlier one ended."""
    for bills in bills_of_persons(facts).values():
        stays = [bill for bill in bills if inpatient(bill) and bill.person]
        for later in stays:
            version = check.on(later.ended_on)
            if version is None or not principal(later):
                continue
            excepted = principal(later).startswith(codes(version, "except_diagnoses"))
            candidates = [stay for stay in stays if when_begun(stay) < when_begun(later)]
            earlier = [stay for stay in candidates if not excepted and _goes_on(stay, later, version)]
            trace.add(
                "split_admission",
                zh=f"{later.case_id} 因 {principal(later)} 于 {later.started_on}"
                f" 入院{'（除外诊断）' if excepted else ''}，"
                f"此前 {len(candidates)} 次住院中有 {len(earlier)} 次同病且间隔不足",
                en=f"{later.case_id} was admitted for {principal(later)} on {later.started_on}"
                f"{' (excepted)' if excepted else ''}; {len(earlier)} of {len(candidates)} earlier stay(s) ended"
                f" shortly"
                f" before for the same",
                evidence=tuple(str(row_of(stay)) for stay in earlier),
                passed=bool(earlier),
                source=version.source,
            )
            if earlier:
                first = earlier[0]
                yield Finding(
                    check.id, version.valid_from, later.institution_code, later.case_id, None, later.ended_on,
                    max(later.total_cost, Decimal(0)), shown(row_of(stay) for stay in earlier),
                    item=principal(later), limit=f"{number(version, 'days'):.0f}天",
                    observed=with_count(f"{(later.started_on - first.ended_on).days}天", earlier),
                    other=first.institution_code,
                )  # fmt: skip


def _goes_on(earlier: Bill, later: Bill, version: Version) -> bool:
    same_house = earlier.institution_code == later.institution_code
    together = version.parameters["within"] == "community" and earlier.community == later.community != ""
    return (
        (same_house or together)
        and principal(earlier)[:CATEGORY] == principal(later)[:CATEGORY]
        and 0 <= (later.started_on - earlier.ended_on).days <= number(version, "days")
        and not earlier.readmission_planned
        and earlier.disposition not in SENT_ON
    )
