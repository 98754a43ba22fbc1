"""A change of a check, or new knowledge, on paper: past months judged as the check is and as it would be, side by side.

Only the check in question is judged, with nothing published: amounts are therefore what this check alone counts. The
months are read at the versions with which they were checked, so that a rehearsal says what that month would have been.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pyarrow.parquet as pq

from yigongti.engines.claim_checks.public import Check, ClaimChecks
from yigongti.facts.public import Lake, Snapshot, connect, plain_sql
from yigongti.foundation.errors import InvalidInput, Text
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.jobs.public import Progress
from yigongti.systems.claim_checks.changes_in_force import Change
from yigongti.systems.claim_checks.checks_in_force import LaidOver, checks_with
from yigongti.systems.claim_checks.knowledge_in_force import Batch
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


def checked_months(months: Sequence[Month]) -> dict[Month, CheckedMonth]:
    """What these months rest on, in their order. Raises InvalidInput for no month, too many, or one never checked."""
    if not months or len(set(months)) > MOST_MONTHS:
        raise InvalidInput(
            "claim_checks.rehearsal_months",
            zh=f"请选择 1 至 {MOST_MONTHS} 个已审核的月份",
            en=f"choose 1 to {MOST_MONTHS} months that were checked",
        )
    known = {row.month: row for row in CheckedMonth.objects.filter(month__in=[str(month) for month in months])}
    found = {}
    for month in sorted(set(months)):
        if str(month) not in known:
            raise InvalidInput(
                "claim_checks.month_not_checked",
                zh=f"{month} 尚未审核，不能试算",
                en=f"{month} has not been checked: it cannot be rehearsed on",
            )
        found[month] = known[str(month)]
    return found


def lines_of(checked: Mapping[Month, CheckedMonth], lake: Lake) -> int:
    """How many fee lines these months hold, at the versions with which they were checked."""
    return sum(
        int(pq.read_metadata(file.uri).num_rows)
        for month, told in checked.items()
        if (version := told.snapshot.get("fee_lines")) is not None
        for file in lake.files("fee_lines", version, [month])
    )


def with_change(over: LaidOver, change: Change) -> Callable[[Month], LaidOver]:
    """What would be laid over the checks with the change, as if it had been in force in that month already."""

    def then(month: Month) -> LaidOver:
        first = min(change.valid_from, month.first_day)
        moved = Change(change.check_id, change.kind, first, change.source, change.parameters, change.strength)
        return LaidOver(over.batches, (*over.changes, moved), over.ceilings)

    return then


def with_batch(over: LaidOver, batch: Batch) -> Callable[[Month], LaidOver]:
    """The same with a batch of knowledge."""

    def then(month: Month) -> LaidOver:
        moved = replace(batch, valid_from=min(batch.valid_from, month.first_day))
        return LaidOver((*over.batches, moved), over.changes, over.ceilings)

    return then


def rehearse(
    check_id: str,
    months: Sequence[Month],
    over: LaidOver,
    then: Callable[[Month], LaidOver],
    *,
    lake: Lake,
    policy: Policy,
    places: Mapping[str, Place],
    progress: Progress,
) -> list[Rehearsed]:
    """What these months would have been by one check, by institution; those at which nothing is found either way are
    left out. over: what is in force today; then: what would be, for a month. Raises as checked_months.
    """
    made = []
    checked = checked_months(months)
    with progress.step(Text("按月试算", "Rehearsing month by month"), total=len(checked)) as step:
        for number, (month, told) in enumerate(checked.items(), 1):
            pair = [_only(checks_with(policy, month, laid), check_id) for laid in (over, then(month))]
            one, two = _found(month, told, pair, lake, places)
            codes = sorted({row["institution_code"] for row in (*one, *two)})
            made += [Rehearsed(code, month, *_sums(one, two, code)) for code in codes]
            step.at(number)
    return made


def _sums(one: list[dict[str, Any]], two: list[dict[str, Any]], code: str) -> tuple[int, int, Decimal, Decimal]:
    own = [[row["counted"] for row in rows if row["institution_code"] == code] for rows in (one, two)]
    return len(own[0]), len(own[1]), sum(own[0], Decimal(0)), sum(own[1], Decimal(0))


def _only(checks: ClaimChecks, check_id: str) -> ClaimChecks:
    check: Check = checks.check(check_id)
    return ClaimChecks({check_id: check}, checks.digest)


def _found(
    month: Month, told: CheckedMonth, pair: Sequence[ClaimChecks], lake: Lake, places: Mapping[str, Place]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The findings of the month, as the check is and as it would be."""
    months = (*map(Month.parse, told.months_read), month)
    connection = connect(lake, Snapshot(months=months, versions=told.snapshot, digest=told.months_read_digest))
    with closing(connection.con), plain_sql():
        today, changed = (judged(connection, month, months, checks, places).findings for checks in pair)
        return today, changed
