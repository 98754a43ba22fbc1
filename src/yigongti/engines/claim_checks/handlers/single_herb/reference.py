"""The prescriptions of a bill that hold one herb only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from yigongti.engines.claim_checks.charges import (
    at_stake,
    in_force,
    named,
    prescription_of,
    row_of,
    shown,
    standing,
    with_count,
)
from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Facts, Line
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.handlers.single_herb import HERBS
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each line of a herb that stands alone in its prescription."""
    for bill in facts.bills:
        prescriptions: dict[tuple[str, str], list[Line]] = defaultdict(list)
        for line in standing(bill):
            if line.fee_item == HERBS:
                prescriptions[prescription_of(line)].append(line)
        for (written, day), lines in prescriptions.items():
            herbs = {line.item_code for line in lines}
            trace.add(
                "single_herb",
                zh=f"处方 {written or day} 有 {len(herbs)} 味饮片",
                en=f"prescription {written or day} holds {len(herbs)} herb(s)",
                evidence=tuple(sorted(herbs)),
                passed=len(herbs) == 1,
            )
            if len(herbs) != 1:
                continue
            for line in lines:
                others = [row_of(bill, other) for other in lines if other is not line]
                for version, row in in_force(check, line):
                    if at_stake(line) > 0:
                        yield Finding(
                            check.id, version.valid_from, bill.institution_code, bill.case_id, line.line_number,
                            line.charged_on, at_stake(line), shown(others), item=named(line, row),
                            observed=with_count("1味", others), knowledge=row.key,
                        )  # fmt: skip
