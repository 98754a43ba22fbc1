"""The prescriptions of a bill with two medicines of one class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from yigongti.engines.claim_checks.charges import at_stake, in_force, named, prescription_of, row_of, standing
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.facts import Facts, Line
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.knowledge import KnowledgeRow
from yigongti.foundation.trace import Trace

Met = tuple[Line, Version, KnowledgeRow]


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each line of another medicine than the first of its class."""
    for bill in facts.bills:
        prescriptions: dict[tuple[object, ...], list[Met]] = defaultdict(list)
        for line in standing(bill):
            for version, row in in_force(check, line):
                prescriptions[version.valid_from, prescription_of(line), row["therapy"]].append((line, version, row))
        for (_, _, therapy), met in prescriptions.items():
            first = met[0][0]
            further = [one for one in met if one[0].item_code != first.item_code]
            trace.add(
                "duplicate_therapy",
                zh=f"“{therapy}”类在同一处方有 {len({line.item_code for line, _, _ in met})} 种，"
                f"首先是“{named(first)}”",
                en=f"{len({line.item_code for line, _, _ in met})} medicine(s) of “{therapy}” in one"
                f" prescription, the first"
                f" is “{named(first)}”",
                evidence=tuple(line.item_code for line, _, _ in met),
                passed=bool(further),
                source=met[0][2].source,
            )
            for line, version, row in further:
                yield Finding(
                    check.id, version.valid_from, bill.institution_code, bill.case_id, line.line_number,
                    line.charged_on,
                    at_stake(line), (row_of(bill, first),), item=named(line, row), limit=str(therapy),
                    other=named(first, met[0][2]), knowledge=row.key,
                )  # fmt: skip
