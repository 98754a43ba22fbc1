"""The close as a background job: started by the button, run by the worker, its steps shown on the page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from yigongti.facts.public import Lake
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy
from yigongti.kernel.jobs.progress import Progress
from yigongti.kernel.jobs.public import job
from yigongti.processes.monthly_close.running import CloseRequest, close_month

KIND = "monthly_close.run"


@job(KIND, Text("月结", "Monthly close"))
def close(progress: Progress, actor: Actor, *, month: str) -> dict[str, Any]:
    """Close the month in the name of who pressed the button."""
    run = close_month(
        CloseRequest(Month.parse(month), actor.username),
        lake=Lake(settings.LAKE_ROOT),
        policy=policy(),
        now=timezone.now,
        progress=progress,
    )
    return {"run": run.pk, "seconds": run.seconds}
