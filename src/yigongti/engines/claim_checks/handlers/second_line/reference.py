"""A person's second-line medicines against what was used before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from yigongti.engines.claim_checks.charges import at_stake, bills_of_persons, in_force, named, standing
from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each line of a second-line medicine without one of the first line before it."""
    for bills in bills_of_persons(facts).values():
        charges = [(bill, standing(bill)) for bill in bills]
        used: dict[str, list[date]] = {}
        for _bill, lines in charges:
            for line in lines:
                used.setdefault(line.item_code, []).append(line.charged_on)
        for bill, lines in charges:
            for line in lines:
                for version, row in in_force(check, line):
                    if at_stake(line) == 0:
                        continue
                    days = int(str(row["lookback_days"]))
                    begin = line.charged_on - timedelta(days=days)
                    first_line = row["first_line"] if isinstance(row["first_line"], tuple) else ()
                    days_used = [day for code in dict.fromkeys(first_line) for day in used.get(code, ())]
                    before = [day for day in days_used if begin <= day <= line.charged_on]
                    trace.add(
                        "second_line",
                        zh=f"第 {line.line_number} 行“{named(line)}”，自 {begin} 起有 {len(before)} 条一线用药",
                        en=f"line {line.line_number} “{named(line)}”: {len(before)} charge(s) of the first line"
                        f" since {begin}",
                        evidence=(line.item_code, *first_line, row.key),
                        passed=not before,
                        source=row.source,
                    )
                    if not before:
                        yield Finding(
                            check.id, version.valid_from, bill.institution_code, bill.case_id, line.line_number,
                            line.charged_on, at_stake(line), item=named(line, row), limit="、".join(first_line),
                            observed=f"{days}天", knowledge=row.key,
                        )  # fmt: skip
