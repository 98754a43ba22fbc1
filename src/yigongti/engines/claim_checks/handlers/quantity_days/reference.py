"""A stay's services that are counted by the day against its days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from yigongti.engines.claim_checks.charges import (
    beyond,
    by_day,
    counted_in_days,
    in_force,
    named,
    number_text,
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
    """A finding for each of the last lines of a group until what is too much is covered."""
    for bill in filter(counted_in_days, facts.bills):
        groups: dict[tuple[object, ...], list[Met]] = defaultdict(list)
        for line in standing(bill):
            if line.quantity > 0:
                for version, row in in_force(check, line):
                    groups[version.valid_from, row["group"]].append((line, version, row))
        for (_, group), met in groups.items():
            met.sort(key=lambda one: (*by_day(one[0]), one[2].key))
            per_day = max(Decimal(str(row["per_day"])) for _, _, row in met)
            last_day = max(int(str(row["counts_last_day"])) for _, _, row in met)
            allowed = per_day * (bill.stay_days + last_day)
            total, within, over = beyond([line.quantity for line, _, _ in met], allowed)
            trace.add(
                "quantity_days",
                zh=f"“{group}”共收 {number_text(total)}，住院 {bill.stay_days} 天，至多 {number_text(allowed)}",
                en=f"“{group}” adds up to {number_text(total)} in {bill.stay_days} day(s), allowed"
                f" {number_text(allowed)}",
                evidence=tuple(line.item_code for line, _, _ in met),
                passed=bool(over),
                source=met[0][2].source,
            )
            before = [row_of(bill, met[place][0]) for place in within]
            for place, part in over:
                line, version, row = met[place]
                yield Finding(
                    check.id, version.valid_from, bill.institution_code, bill.case_id, line.line_number,
                    line.charged_on,
                    share_at_stake(line, part, line.quantity), shown(before), item=named(line, row),
                    limit=number_text(allowed), observed=with_count(number_text(total), before),
                    other=f"{bill.stay_days}天", knowledge=row.key,
                )  # fmt: skip
