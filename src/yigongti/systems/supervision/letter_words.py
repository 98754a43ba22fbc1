"""What the letters of supervision say beyond what every letter knows: the case, its findings, the decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yigongti.foundation.errors import Text
from yigongti.kernel.matters.public import Change, Rows, kind_of
from yigongti.systems.supervision.course import case_of_matter
from yigongti.systems.supervision.models import Case

FINDING_COLUMNS = (Text("序号", "No."), Text("问题", "Finding"), Text("金额（元）", "Amount (yuan)"))


def findings_table(case: Case) -> Rows:
    """What was found, line by line; the amount only where there is one."""
    rows = [
        (str(each.number), Text(each.said_zh, each.said_en), each.amount if each.amount else "—")
        for each in case.findings.order_by("number")
    ]
    return Rows(FINDING_COLUMNS, rows)


def letter_values(change: Change) -> Mapping[str, Any]:
    """The values by the names that policy/letters/supervision_*.yaml give them."""
    case = case_of_matter(change.matter)
    told: dict[str, Any] = {
        "case_number": case.number,
        "findings": findings_table(case),
        "decision": kind_of(change.matter.kind).transition(change.step.action).label,
        "inspectors": "、".join(change.matter.data.get("inspector_names", ())),
        "sentence": _sentence(change),
        "month": str(change.given.data.get("month", "")),
    }
    if change.step.amount is not None:
        told["step_amount"] = change.step.amount
    return told


def _sentence(change: Change) -> str:
    """The words of the last proposal of a ruling: they are what is ruled; "" where nothing was proposed."""
    proposals = ("propose", "propose_cleared")
    found = change.matter.steps.filter(action__in=proposals).order_by("-number").first()
    return found.words if found else ""
