"""One bill's lines against the items that are for one sex."""

from __future__ import annotations

from collections.abc import Iterator

from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.handlers.sex import SEX_WORDS
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each line whose item is for the other sex."""
    for bill in facts.bills:
        for line in bill.lines:
            version = check.on(line.charged_on)
            if version is None:
                continue
            for row in check.knowledge.by("item_code", line.item_code, line.charged_on):
                wrong = bill.sex in SEX_WORDS and bill.sex != row["sex"]
                limit = SEX_WORDS[str(row["sex"])]
                trace.add(
                    "sex",
                    zh=f"第 {line.line_number} 行“{line.item_name}”限{limit}性，患者性别 {bill.sex or '不详'}",
                    en=f"line {line.line_number} “{line.item_name}” is for sex {row['sex']}, the patient's is {bill.sex or 'unknown'}",
                    evidence=(line.item_code, row.key),
                    passed=wrong,
                    source=row.source,
                )
                if wrong:
                    yield Finding(
                        check.id, version.valid_from, bill.institution_code, bill.case_id, line.line_number,
                        line.charged_on, line.claimed, item=line.item_name, limit=limit,
                        observed=SEX_WORDS[bill.sex], knowledge=row.key,
                    )  # fmt: skip
