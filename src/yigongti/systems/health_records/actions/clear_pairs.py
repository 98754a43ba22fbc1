"""Keep the queue of doubtful pairs short: merge those that are sure, all at once."""

from __future__ import annotations

from datetime import datetime

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.jobs.public import Job, start
from yigongti.kernel.trail.public import record

PERMISSION = "people.match"
CLEAR = "health_records.clear_certain"


def clear_certain_pairs(actor: Actor, institution_id: int, *, at: datetime) -> Job:
    """Start merging every sure pair at the institutions of the actor; each merge can be taken back by itself.

    Raises NotPermitted, Conflict while it is under way.
    """
    actor.require(PERMISSION, institution_id)
    made = start(CLEAR, actor, institution_id=institution_id, arguments={}, at=at)
    record(actor, PERMISSION, subject=CLEAR, at=at, institution_id=institution_id, detail={"job": made.pk})
    return made
