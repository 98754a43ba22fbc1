"""Background work of the claim checks: a rehearsal on months that are too large to wait for."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy
from yigongti.kernel.jobs.public import Progress, job
from yigongti.systems.claim_checks.actions.rehearse import JOB, rehearse_in_background
from yigongti.systems.claim_checks.stored_bills import lake


@job(JOB, Text("审核规则试算", "Rehearsal of a change of the checks"))
def rehearse(
    progress: Progress, actor: Actor, *, months: list[str], change: int | None = None, batch: int | None = None
) -> dict[str, Any]:
    """Judge the months as they are and as they would be."""
    rows = rehearse_in_background(
        actor, [Month.parse(month) for month in months], change=change, batch=batch, lake=lake(), policy=policy(),
        at=timezone.now(), progress=progress,
    )  # fmt: skip
    return {"rows": rows}
