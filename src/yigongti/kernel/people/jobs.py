"""Background work about residents: looking for those who are registered twice."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils import timezone

from yigongti.foundation.errors import Text
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.jobs.public import Job, Progress, job, start
from yigongti.kernel.people.pairs import find_doubtful_pairs
from yigongti.kernel.trail.public import record

PERMISSION = "people.match"
KIND = "people.match"


@job(KIND, Text("查找疑似重复的居民", "Look for residents registered twice"))
def match(progress: Progress, actor: Actor) -> dict[str, Any]:
    """All active registrations against each other; what was found is kept for decision."""
    actor.require(PERMISSION)
    now = timezone.now()
    found = asdict(find_doubtful_pairs(at=now, today=timezone.localdate(now), progress=progress))
    with scope(actor, purpose="job"):
        record(actor, "people.pairs_found", at=now, detail=found)
    return found


def start_matching(actor: Actor, institution_id: int, *, at: datetime) -> Job:
    """Put the work into the queue. Raises NotPermitted, Conflict while it is under way."""
    actor.require(PERMISSION, institution_id)
    return start(KIND, actor, institution_id=institution_id, arguments={}, at=at)
