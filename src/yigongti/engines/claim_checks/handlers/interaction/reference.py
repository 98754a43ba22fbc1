"""The prescriptions of a bill with two medicines that must not meet."""

from __future__ import annotations

from collections.abc import Iterator

from yigongti.engines.claim_checks.charges import at_stake, in_force, named, prescription_of, row_of, standing
from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each line of the pair's first medicine; the evidence is the first line of the other."""
    for bill in facts.bills:
        lines = standing(bill)
        for line in lines:
            for version, row in in_force(check, line):
                wanted = [one for one in lines if one.item_code == row["other_code"] != line.item_code]
                others = [one for one in wanted if prescription_of(one) == prescription_of(line)]
                trace.add(
                    "interaction",
                    zh=f"第 {line.line_number} 行“{named(line)}”的处方中 {row['other_code']} 有 {len(others)} 行",
                    en=f"the prescription of line {line.line_number} “{named(line)}” holds {row['other_code']} on"
                    f" {len(others)} line(s)",
                    evidence=(line.item_code, str(row["other_code"]), row.key),
                    passed=bool(others),
                    source=row.source,
                )
                if others:
                    yield Finding(
                        check.id, version.valid_from, bill.institution_code, bill.case_id, line.line_number,
                        line.charged_on, at_stake(line), (row_of(bill, others[0]),), item=named(line, row),
                        limit=str(row["reason"] or ""), other=named(others[0]), knowledge=row.key,
                    )  # fmt: skip
