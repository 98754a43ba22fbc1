"""Whoever asked takes the request back before it is answered."""

from __future__ import annotations

from datetime import datetime

from yigongti.foundation.errors import Conflict, NotPermitted
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.trail.public import record
from yigongti.systems.casemix_payment.models import AdjustmentRequest
from yigongti.systems.casemix_payment.queries import the_request

PERMISSION = "casemix_payment.ask_change"


def withdraw_change(actor: Actor, number: int, *, at: datetime) -> AdjustmentRequest:
    """Take the request back. Raises NotPermitted for somebody else's request, Conflict when it is answered."""
    request = the_request(actor, number, for_change=True)
    actor.require(PERMISSION, request.institution_id)
    if request.asked_by_id != actor.account_id:
        raise NotPermitted(
            "casemix.not_own_request", zh="只能撤回自己提出的异议", en="only one's own request can be withdrawn"
        )
    if request.state != AdjustmentRequest.State.ASKED:
        raise Conflict(
            "casemix.request_answered", zh="这条异议已经处理", en="this request has been dealt with", where=str(number)
        )
    request.state = AdjustmentRequest.State.WITHDRAWN
    request.save(update_fields=["state"])
    record(
        actor,
        "casemix_payment.withdraw_change",
        subject=f"{request.month} {request.case_id}",
        at=at,
        institution_id=request.institution_id,
        detail={"request": request.pk},
    )
    return request
