"""Verification as a background job: started by the button, run by the worker."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from yigongti.facts.public import Lake
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.jobs.progress import Progress
from yigongti.kernel.jobs.public import job
from yigongti.processes.verification.public import verify

KIND = "verification.run"


@job(KIND, Text("账实核对", "Verification"))
def run(progress: Progress, actor: Actor, *, month: str) -> dict[str, Any]:
    """Verify the month in the name of who pressed the button."""
    with progress.step(Text("账实核对", "Verification")) as step:
        made = verify(Month.parse(month), lake=Lake(settings.LAKE_ROOT), requested_by=actor.username, at=timezone.now())
        step.done = made.compared
    return {"run": made.pk, "differing": made.differing}
