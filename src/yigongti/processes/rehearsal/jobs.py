"""Background work: a rehearsal that somebody started, and the watch that what was published is also laid."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from yigongti.facts.public import Lake
from yigongti.foundation.errors import Text
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy
from yigongti.kernel.jobs.public import Progress, job

RUN = "rehearsal.run"


@job(RUN, Text("政策推演", "Rehearsal of a change of policy"))
def run(progress: Progress, actor: Actor, *, rehearsal: int) -> dict[str, Any]:
    """Replay the months under both policies."""
    from yigongti.processes.rehearsal.actions.run_rehearsal import run_rehearsal

    found = run_rehearsal(
        actor, rehearsal, lake=Lake(settings.LAKE_ROOT), base=policy(), progress=progress, at=timezone.now()
    )
    return {"rehearsal": rehearsal, "result": found.digest}


@app.periodic(cron="* * * * *")
@app.task(name="yigongti.rehearsal_lay", queueing_lock="yigongti.rehearsal_lay")
def lay(timestamp: int) -> None:
    """Lay what was published and is not laid yet: a process may have been killed in between."""
    from django.db import connections

    from yigongti.processes.rehearsal.publishing import lay_published

    try:
        lay_published()
    finally:
        connections.close_all()  # the worker's threads come and go
