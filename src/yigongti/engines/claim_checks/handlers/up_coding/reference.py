"""The diagnoses of a stay against what was charged in it."""

from __future__ import annotations

from collections.abc import Iterator

from yigongti.engines.claim_checks.charges import inpatient, standing
from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.foundation.money import ZERO
from yigongti.foundation.trace import Trace


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each row of knowledge whose diagnosis a stay has and whose evidence it has not."""
    for bill in filter(inpatient, facts.bills):
        version = check.on(bill.ended_on)
        if version is None:
            continue
        charged = {line.item_code for line in standing(bill)}
        for row in check.knowledge.rows:
            prefix, wanted = str(row["diagnosis"]), row["evidence_items"]
            hit = sorted(code for code in bill.diagnoses if prefix and code.startswith(prefix))
            if not hit or not row.in_force(bill.ended_on) or not isinstance(wanted, tuple):
                continue
            evidence = sorted(code for code in charged if code.startswith(wanted))
            trace.add(
                "up_coding",
                zh=f"诊断 {hit[0]} 应有 {'、'.join(wanted)} 之一，账单有 {len(evidence)} 项",
                en=f"diagnosis {hit[0]} wants one of {', '.join(wanted)}; the bill holds {len(evidence)}",
                evidence=tuple(evidence),
                passed=not evidence,
                source=row.source,
            )
            if not evidence:
                yield Finding(
                    check.id, version.valid_from, bill.institution_code, bill.case_id, None, bill.ended_on, ZERO,
                    item=hit[0], limit=str(row["evidence_name"] or "、".join(wanted)), observed="0项",
                    knowledge=row.key,
                )  # fmt: skip
