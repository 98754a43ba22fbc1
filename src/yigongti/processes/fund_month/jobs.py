"""A month is settled in the background: it touches every institution of the county."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy
from yigongti.kernel.access.scope import scope
from yigongti.kernel.jobs.public import Progress, job
from yigongti.processes.fund_month.settling import settle

KIND = "fund_month.settle"


@job(KIND, Text("基金月度结算", "Settlement of a month of the fund"))
def settle_in_background(progress: Progress, actor: Actor, *, month: str) -> dict[str, Any]:
    """Settle the month in the name of who pressed the button; run again it changes nothing."""
    wanted = Month.parse(month)
    with progress.step(Text("结算并记账", "Settling and posting")) as step:
        with scope(actor, purpose="job"):
            made = settle(actor, wanted, policy=policy(), at=timezone.now())
        step.at(len(made))
    return {"month": month, "institutions": len(made)}
