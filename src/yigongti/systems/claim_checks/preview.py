"""The answer at the doctor's desk: what the checks would find in a prescription or bill, before it is made out.

Nothing is stored and nothing about the patient is logged. The checks and their knowledge stay in memory for each policy
release and state of knowledge, so that an answer takes milliseconds.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from yigongti.engines.claim_checks.public import Check, ClaimChecks, Merged, check_bill, sentence
from yigongti.foundation.policy import Policy
from yigongti.systems.claim_checks.month_facts import Place
from yigongti.systems.claim_checks.preview_input import Asked, read_bills
from yigongti.systems.claim_checks.sources import source_title
from yigongti.systems.claim_checks.wording import STRENGTH_ORDER


def answer(
    asked: Asked, institution_code: str, place: Place, checks: ClaimChecks, policy: Policy, today: date
) -> dict[str, Any]:
    """The findings as JSON, the strongest first. today: the day of asking, where the question names none."""
    bill, history = read_bills(asked, institution_code, place, today)
    judged = check_bill(bill, history, checks, asked.stage, asked.on or today)
    found = sorted(judged.merged, key=lambda one: (STRENGTH_ORDER.index(str(one.strength)), -one.counted))
    return {
        "stage": asked.stage,
        "on": str(asked.on or today),
        "checks": len(checks.chosen([asked.stage])),
        "over_time": history is not None,
        "checks_digest": checks.digest,
        "release": policy.release.digest,
        "findings": [_told(one, checks.check(one.finding.check)) for one in found],
    }


def _told(one: Merged, check: Check) -> dict[str, Any]:
    finding = one.finding
    said = sentence(finding, check)
    version = check.on(finding.on)
    source = version.source if version else ""
    return {
        "check": check.id,
        "label": {"zh": check.label.zh, "en": check.label.en},
        "national_code": check.national_code,
        "strength": str(one.strength),
        "line_number": finding.line_number,
        "said": {"zh": said.zh, "en": said.en},
        "amount": str(finding.amount),
        "counted": str(one.counted),
        "evidence": [str(row) for row in finding.evidence],
        "version": str(finding.version),
        "knowledge": finding.knowledge,
        "source": {"id": source, "zh": source_title(source, "zh-hans"), "en": source_title(source, "en")},
    }
