"""A change of a check on paper: the past months judged by the check as it is and as it would be, side by side.

Only the check in question is judged, with nothing published: amounts are therefore what this check alone counts. The
months are read at the versions with which they were checked, so that a rehearsal says what that month would have been.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
class Rehearsed:
    """An institution's month: findings, and yuan that this check alone counts, as the check is and as it would be."""

    institution_code: str
    month: Month
    findings_today: int
    findings_changed: int
    yuan_today: Decimal
    yuan_changed: Decimal


def rehearse_change(
    change: Change, months: Sequence[Month], over: LaidOver, *, lake: Lake, policy: Policy, places: Mapping[str, Place]
) -> list[Rehearsed]:
    """What these months would have been, by institution; those at which nothing is found either way are left out.

    over: what is in force today. The change is rehearsed as if it had been in force in those months already.
    Raises InvalidInput for no month, too many, or one that was never checked.
    """
    if not months or len(months) > MOST_MONTHS:
        raise InvalidInput(
            "claim_checks.rehearsal_months",
            zh=f"请选择 1 至 {MOST_MONTHS} 个已审核的月份",
            en=f"choose 1 to {MOST_MONTHS} months that were checked",
        )
    made = []
    for month in sorted(set(months)):
        today, changed = (
            _only(checks_with(policy, month, laid), change.check_id) for laid in (over, _as_if(over, change, month))
        )
        one, two = _found(month, (today, changed), lake, places)
        codes = sorted({row["institution_code"] for row in (*one, *two)})
        made += [Rehearsed(code, month, *_sums(one, two, code)) for code in codes]
    return made


def _sums(one: list[dict[str, Any]], two: list[dict[str, Any]], code: str) -> tuple[int, int, Decimal, Decimal]:
    own = [[row["counted"] for row in rows if row["institution_code"] == code] for rows in (one, two)]
    return len(own[0]), len(own[1]), sum(own[0], Decimal(0)), sum(own[1], Decimal(0))


def _as_if(over: LaidOver, change: Change, month: Month) -> LaidOver:
    """Today's state with the change in force from the month's first day, or from its own where that is earlier."""
    first = min(change.valid_from, month.first_day)
    moved = Change(change.check_id, change.kind, first, change.source, change.parameters, change.strength)
    return LaidOver(over.batches, (*over.changes, moved), over.ceilings)


def _only(checks: ClaimChecks, check_id: str) -> ClaimChecks:
    check: Check = checks.check(check_id)
    return ClaimChecks({check_id: check}, checks.digest)


def _found(
    month: Month, pair: tuple[ClaimChecks, ClaimChecks], lake: Lake, places: Mapping[str, Place]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The findings of the month, as the check is and as it would be."""
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
        today, changed = (judged(connection, month, months, checks, places).findings for checks in pair)
        return today, changed
