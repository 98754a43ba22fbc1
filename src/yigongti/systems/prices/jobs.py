"""Background work of prices: the rehearsal of a revision."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from yigongti.facts.public import Lake
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.jobs.public import Progress, job
from yigongti.systems.prices.actions.rehearse_revision import REHEARSE, rehearse_revision


@job(REHEARSE, Text("调价测算", "Rehearsal of a price revision"))
def rehearse(progress: Progress, actor: Actor, *, revision: int, months: list[str]) -> dict[str, Any]:
    """Charge the months again under the revision."""
    with progress.step(Text("按新价重算历史用量", "Charging the past again at the new prices")) as step:
        made = rehearse_revision(
            actor, revision, [Month.parse(month) for month in months], lake=Lake(settings.LAKE_ROOT), at=timezone.now()
        )
        step.at(made.charged_lines)
    return {"rehearsal": made.pk, "lines": made.charged_lines}
