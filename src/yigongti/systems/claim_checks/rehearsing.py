"""A change of a check on paper: the past months judged by the check as it is and as it would be, side by side.

Only the check in question is judged, with nothing published: amounts are therefore what this check alone counts. The
months are read at the versions with which they were checked, so that a rehearsal says what that month would have been.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yigongti.engines.claim_checks.public import Check, ClaimChecks
from yigongti.facts.public import Lake, Snapshot, connect
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.systems.claim_checks.changes_in_force import Change
from yigongti.systems.claim_checks.checks_in_force import LaidOver, checks_with
from yigongti.systems.claim_checks.models import CheckedMonth
from yigongti.systems.claim_checks.month import judged
from yigongti.systems.claim_checks.month_facts import Place

MOST_MONTHS = 12


@dataclass(frozen=True, slots=True)
class _Sum:
    findings: int = 0
    yuan: Decimal = Decimal(0)

    def with_rows(self, rows: Iterable[Mapping[str, Any]]) -> _Sum:
        own = list(rows)
        return _Sum(self.findings + len(own), self.yuan + sum((row["counted"] for row in own), Decimal(0)))


def rehearse_change(
    change: Change, months: Sequence[Month], over: LaidOver, *, lake: Lake, policy: Policy, places: Mapping[str, Place]
) -> dict[str, Any]:
    """Findings and yuan of today and of the change, in all, by month and by institution; as JSON.

    over: what is in force today. The change is rehearsed as if it had been in force in those months already.
    Raises InvalidInput for no month, too many, or one that was never checked.
    """
    if not months or len(months) > MOST_MONTHS:
        raise InvalidInput(
            "claim_checks.rehearsal_months",
            zh=f"请选择 1 至 {MOST_MONTHS} 个已审核的月份",
            en=f"choose 1 to {MOST_MONTHS} months that were checked",
        )
    rows: list[tuple[str, str, str, Mapping[str, Any]]] = []
    by_month = []
    for month in sorted(months):
        today, changed = (
            _only(checks_with(policy, month, laid), change.check_id)
            for laid in (over, _as_if(over, change, month))
        )
        found = _found(month, (today, changed), lake, places)
        by_month.append({"month": str(month), **_told(found["today"], found["changed"])})
        rows += [(which, row["institution_code"], str(month), row) for which in found for row in found[which]]
    every = {which: [row for name, _code, _month, row in rows if name == which] for which in ("today", "changed")}
    codes = sorted({code for _which, code, _month, _row in rows})
    return {
        "months": [str(month) for month in sorted(months)],
        "all": _told(every["today"], every["changed"]),
        "by_month": by_month,
        "by_institution": [
            {"institution": code, **_told(*([r for r in every[w] if r["institution_code"] == code] for w in every))}
            for code in codes
        ],
        "strength": _strengths(every),
    }


def _as_if(over: LaidOver, change: Change, month: Month) -> LaidOver:
    """Today's state with the change in force from the month's first day, or from its own where that is earlier."""
    first = min(change.valid_from, month.first_day)
    moved = Change(change.check_id, change.kind, first, change.source, change.parameters, change.strength)
    return LaidOver(over.batches, (*over.changes, moved))


def _only(checks: ClaimChecks, check_id: str) -> ClaimChecks:
    check: Check = checks.check(check_id)
    return ClaimChecks({check_id: check}, checks.digest)


def _found(
    month: Month, pair: tuple[ClaimChecks, ClaimChecks], lake: Lake, places: Mapping[str, Place]
) -> dict[str, list[dict[str, Any]]]:
    told = CheckedMonth.objects.filter(month=str(month)).first()
    if told is None:
        raise InvalidInput(
            "claim_checks.month_not_checked",
            zh=f"{month} 尚未审核，不能试算",
            en=f"{month} has not been checked: it cannot be rehearsed on",
        )
    months = (*map(Month.parse, told.months_read), month)
    connection = connect(lake, Snapshot(months=months, versions=told.snapshot, digest=told.months_read_digest))
    with closing(connection.con):
        return {
            which: judged(connection, month, months, checks, places).findings
            for which, checks in zip(("today", "changed"), pair, strict=True)
        }


def _told(today: list[dict[str, Any]], changed: list[dict[str, Any]]) -> dict[str, Any]:
    one, two = _Sum().with_rows(today), _Sum().with_rows(changed)
    return {
        "findings_today": one.findings,
        "findings_changed": two.findings,
        "yuan_today": str(one.yuan),
        "yuan_changed": str(two.yuan),
    }


def _strengths(every: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[str]]:
    """The strengths of the findings, today and changed."""
    return {which: sorted({row["strength"] for row in rows}) for which, rows in every.items()}
