"""Deleting messages whose time of keeping is over (policy/parameters/exchange). What is not yet applied is kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from yigongti.interfaces.hl7v2.limits import limit
from yigongti.interfaces.hl7v2.models import MessageLog
from yigongti.interfaces.hl7v2.queries import looked_after_by
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.trail.public import record

_STATES = MessageLog.State


def purge(actor: Actor, at: datetime, *, dry_run: bool = False) -> dict[str, int]:
    """Applied and rejected messages, and dead letters, each after its days, at the institutions whose messages the
    actor looks after; how many by state. Raises NotPermitted."""
    actor.require("hl7v2.retry")
    kept = {
        _STATES.APPLIED: limit("keep_days", at),
        _STATES.REJECTED: limit("keep_days", at),
        _STATES.DEAD: limit("keep_dead_days", at),
    }
    gone: dict[str, int] = {}
    for state, days in kept.items():
        old = MessageLog.objects.filter(looked_after_by(actor), state=state, received_at__lt=at - timedelta(days=days))
        gone[str(state)] = old.count()
        if not dry_run and gone[str(state)]:
            old.delete()
    if not dry_run and any(gone.values()):
        record(actor, "hl7v2.retry", subject="hl7v2 purge", at=at, detail={"purged": gone})
    return gone
