"""Keep the queue of doubtful pairs short: search the whole register for pairs, and merge those that are sure."""

from __future__ import annotations

from datetime import datetime

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.jobs.public import Job, start
from yigongti.kernel.trail.public import record

PERMISSION = "people.match"
MATCH, CLEAR = "health_records.match", "health_records.clear_certain"


def search_pairs(actor: Actor, institution_id: int, *, at: datetime) -> Job:
    """Start the search of the whole register for registrations of one person.

    Raises NotPermitted, Conflict while a search is under way.
    """
    return _started(actor, institution_id, MATCH, at)


def clear_certain_pairs(actor: Actor, institution_id: int, *, at: datetime) -> Job:
    """Start merging every sure pair at the institutions of the actor; each merge can be taken back by itself.

    Raises NotPermitted, Conflict while it is under way.
    """
    return _started(actor, institution_id, CLEAR, at)


def _started(actor: Actor, institution_id: int, kind: str, at: datetime) -> Job:
    actor.require(PERMISSION, institution_id)
    made = start(kind, actor, institution_id=institution_id, arguments={}, at=at)
    record(actor, PERMISSION, subject=kind, at=at, institution_id=institution_id, detail={"job": made.pk})
    return made
