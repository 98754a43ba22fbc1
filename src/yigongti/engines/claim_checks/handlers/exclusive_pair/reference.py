"""The lines of a bill whose service excludes another that is charged as well."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from yigongti.engines.claim_checks.charges import at_stake, in_force, named, row_of, standing
from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Facts, Line
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.handlers.exclusive_pair import WINDOWS
from yigongti.foundation.money import ZERO
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each line of the cheaper service; the evidence is the first line of the other."""
    for bill in facts.bills:
        lines = standing(bill)
        for line in lines:
            for column, partner in (("item_code", "other_code"), ("other_code", "item_code")):
                for version, row in in_force(check, line, column):
                    if row[partner] == line.item_code:
                        continue
                    scope = [one for one in lines if row["window"] == "stay" or one.charged_on == line.charged_on]
                    own = [one for one in scope if one.item_code == line.item_code]
                    others = [one for one in scope if one.item_code == row[partner]]
                    if not others:
                        continue
                    mine, theirs = _claimed(own), _claimed(others)
                    lesser = mine < theirs or (mine == theirs and column == "other_code")
                    said = WINDOWS[str(row["window"])]
                    trace.add(
                        "exclusive_pair",
                        zh=f"第 {line.line_number} 行“{named(line)}”与“{named(others[0])}”{said}收费，"
                        f"前者 {mine} 元，后者 {theirs} 元",
                        en=f"line {line.line_number} “{named(line)}” ({mine} yuan) stands beside"
                        f" “{named(others[0])}” ({theirs} yuan) in the same {row['window']}",
                        evidence=(line.item_code, others[0].item_code, row.key),
                        passed=lesser,
                        source=row.source,
                    )
                    if lesser:
                        yield Finding(
                            check.id, version.valid_from, bill.institution_code, bill.case_id, line.line_number,
                            line.charged_on, at_stake(line), (row_of(bill, others[0]),),
                            item=named(line, row, column.replace("code", "name")),
                            limit=said, other=named(others[0]), knowledge=row.key,
                        )  # fmt: skip


def _claimed(lines: list[Line]) -> Decimal:
    return sum((at_stake(line) for line in lines), ZERO)
