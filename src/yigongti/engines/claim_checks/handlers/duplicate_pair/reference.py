"""The lines of a bill whose service is part of another that is charged as well."""

from __future__ import annotations

from collections.abc import Iterator

from yigongti.engines.claim_checks.charges import at_stake, in_force, named, row_of, standing
from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.handlers.duplicate_pair import WINDOWS
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each line of a part; the evidence is the first line of the whole."""
    for bill in facts.bills:
        lines = standing(bill)
        for part in lines:
            for version, row in in_force(check, part, "other_code"):
                if row["item_code"] == part.item_code:
                    continue
                wholes = [
                    line
                    for line in lines
                    if line.item_code == row["item_code"]
                    and (row["window"] == "stay" or line.charged_on == part.charged_on)
                ]
                said = WINDOWS[str(row["window"])]
                trace.add(
                    "duplicate_pair",
                    zh=f"第 {part.line_number} 行“{named(part)}”包含于 {row['item_code']}，{said}收取后者"
                    f" {len(wholes)} 行",
                    en=f"line {part.line_number} “{named(part)}” is part of {row['item_code']}, charged on"
                    f" {len(wholes)} line(s) of the same {row['window']}",
                    evidence=(part.item_code, str(row["item_code"]), row.key),
                    passed=bool(wholes),
                    source=row.source,
                )
                if wholes:
                    first = wholes[0]
                    yield Finding(
                        check.id, version.valid_from, bill.institution_code, bill.case_id, part.line_number,
                        part.charged_on, at_stake(part), (row_of(bill, first),),
                        item=named(part, row, "other_name"),
                        limit=said, other=named(first), knowledge=row.key,
                    )  # fmt: skip
