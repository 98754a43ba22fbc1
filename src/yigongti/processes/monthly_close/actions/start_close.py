"""Start the close of a month as a background job."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yigongti.foundation.errors import NotPermitted
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.jobs.models import Job
from yigongti.kernel.jobs.public import start
from yigongti.kernel.trail.public import record
from yigongti.processes.monthly_close.jobs import KIND

PERMISSION = "monthly_close.run"


@transaction.atomic
def start_close(actor: Actor, month: Month, *, at: datetime) -> Job:
    """Put the close into the queue, at the institution where the actor may run it.

    Raises NotPermitted, and Conflict when the same close is waiting or running already.
    """
    actor.require(PERMISSION)
    held = [post.institution_id for post in actor.posts if PERMISSION in post.role.permissions]
    if not held:  # `require` has said so already; this keeps the type honest
        raise NotPermitted("access.not_permitted", zh="您的岗位不能运行月结", en="your posts do not run the close")
    made = start(KIND, actor, institution_id=held[0], arguments={"month": str(month)}, at=at)
    record(actor, "monthly_close.started", subject=str(month), at=at, institution_id=held[0])
    return made
