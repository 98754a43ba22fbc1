"""A bill's days of a medicine or treatment against the course that is paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from yigongti.engines.claim_checks.charges import (
    at_stake,
    beyond,
    by_day,
    in_force,
    named,
    row_of,
    share_at_stake,
    shown,
    standing,
    with_count,
)
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.facts import Facts, Line
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.knowledge import KnowledgeRow
from yigongti.foundation.trace import Trace

Met = tuple[Line, Version, KnowledgeRow]


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each line beyond the course."""
    for bill in facts.bills:
        courses: dict[tuple[object, ...], list[Met]] = defaultdict(list)
        for line in sorted(standing(bill), key=by_day):
            if at_stake(line) > 0:
                for version, row in in_force(check, line):
                    courses[version.valid_from, row.key, row.valid_from].append((line, version, row))
        for met in courses.values():
            _, version, row = met[0]
            days = _days([line for line, _, _ in met])
            allowed = Decimal(str(row["max_days"]))
            total, within, over = beyond(days, allowed)
            trace.add(
                "course",
                zh=f"“{named(met[0][0])}”共 {total} 天，支付疗程 {allowed} 天",
                en=f"“{named(met[0][0])}”: {total} days, {allowed} are paid",
                evidence=(met[0][0].item_code, row.key),
                passed=bool(over),
                source=row.source,
            )
            before = [row_of(bill, met[place][0]) for place in within]
            for place, part in over:
                line = met[place][0]
                # a further line of a day that is already counted has no days of its own: it is beyond as a whole
                amount = share_at_stake(line, part, days[place]) if days[place] else at_stake(line)
                yield Finding(
                    check.id, version.valid_from, bill.institution_code, bill.case_id, line.line_number,
                    line.charged_on,
                    amount, shown(before), item=named(line, row), limit=f"{allowed}天",
                    observed=with_count(f"{total}天", before), knowledge=row.key,
                )  # fmt: skip


def _days(lines: list[Line]) -> list[Decimal]:
    """What each line adds to the course: its days of supply, or without them one for the first line of a day."""
    seen: set[date] = set()
    days = []
    for line in lines:
        if line.days_supply is not None:
            days.append(Decimal(max(0, line.days_supply)))
        else:
            days.append(Decimal(line.charged_on not in seen))
            seen.add(line.charged_on)
    return days
