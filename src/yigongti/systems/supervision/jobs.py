"""Background work of supervision: the orders of a campaign."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from yigongti.foundation.errors import Text
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.jobs.public import Progress, job
from yigongti.systems.supervision.actions.order_from_inspection import order_all

ORDERS = "supervision.orders"


@job(ORDERS, Text("专项检查：下达整改通知", "Campaign: orders to correct"))
def orders(progress: Progress, actor: Actor, *, campaign: int) -> dict[str, Any]:
    """Issue the order of every inspection in which something failed; run again, it goes on where it stopped."""
    with progress.step(Text("逐家下达整改通知", "Orders one by one")) as step:
        for done, _case in enumerate(order_all(actor, campaign, at=timezone.now()), start=1):
            step.at(done)
    return {"orders": step.done}
