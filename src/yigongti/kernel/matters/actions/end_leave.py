"""Back from leave, perhaps early: the deputy no longer has the inbox."""

from __future__ import annotations

from datetime import datetime

from yigongti.foundation.errors import Conflict, NotFound
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.matters.models import Leave
from yigongti.kernel.trail.public import record


def end_leave(actor: Actor, leave_id: int, *, at: datetime) -> Leave:
    """End one's own leave now. Raises NotFound for somebody else's, Conflict when it is over already."""
    found = Leave.objects.select_for_update().filter(pk=leave_id, account_id=actor.account_id).first()
    if found is None:
        raise NotFound("matters.no_leave", zh="没有这条请假", en="there is no such leave of yours")
    if found.ended_at is not None:
        raise Conflict("matters.leave_over", zh="这次请假已经结束", en="this leave is over already")
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    record(actor, "matters.end_leave", subject=f"Leave/{found.pk}", at=at, detail={"deputy": found.deputy_id})
    return found
