"""Start the checks of a month as a background job."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yigongti.foundation.errors import NotPermitted
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.jobs.public import Job, start
from yigongti.kernel.trail.public import record
from yigongti.processes.verification.jobs import KIND

PERMISSION = "verification.run"


@transaction.atomic
def start_verification(actor: Actor, month: Month, *, at: datetime) -> Job:
    """Put the run into the queue, at the institution where the actor may run it.

    Raises NotPermitted, and Conflict when the same run is waiting or running already.
    """
    actor.require(PERMISSION)
    held = [post.institution_id for post in actor.posts if PERMISSION in post.role.permissions]
    if not held:  # `require` has said so already; this keeps the type honest
        raise NotPermitted("access.not_permitted", zh="您的岗位不能运行账实核对", en="your posts do not verify")
    made = start(KIND, actor, institution_id=held[0], arguments={"month": str(month)}, at=at)
    record(actor, "verification.started", subject=str(month), at=at, institution_id=held[0])
    return made
