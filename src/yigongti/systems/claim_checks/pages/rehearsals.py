"""What a rehearsal found, for the page of a change and the page of a batch; and the job that is still at it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.jobs.models import Job
from yigongti.systems.claim_checks import queries
from yigongti.systems.claim_checks.actions.rehearse import JOB
from yigongti.systems.claim_checks.models import ChangeOfCheck, KnowledgeBatch, RehearsedRow
from yigongti.systems.claim_checks.pages import sentences


def rehearsal_of(tried: ChangeOfCheck | KnowledgeBatch, actor: Actor) -> dict[str, Any]:
    """For the template rehearsal.html: rows, sums by month and by institution, and the job under way, if any."""
    rows = queries.rehearsed(tried, actor)
    names = queries.institutions({row.institution_id for row in rows})
    what = "change" if isinstance(tried, ChangeOfCheck) else "batch"
    under_way = Job.objects.filter(kind=JOB, state__in=[Job.State.WAITING, Job.State.RUNNING])
    return {
        "rows": rows,
        "job": under_way.filter(**{f"arguments__{what}": tried.pk}).first(),
        "by_month": [
            {"month": month, **summed([row for row in rows if row.month == month])} for month in tried.rehearsed_months
        ]
        if rows
        else [],
        "by_institution": [
            {
                "label": names[number].in_language(sentences.language()),
                **summed([row for row in rows if row.institution_id == number]),
            }
            for number in sorted(names)
        ],
    }


def summed(rows: Sequence[RehearsedRow]) -> dict[str, Any]:
    """The four sums of these rows."""
    names = ("findings_today", "findings_changed", "yuan_today", "yuan_changed")
    return {name: sum((getattr(row, name) for row in rows), Decimal(0)) for name in names}
