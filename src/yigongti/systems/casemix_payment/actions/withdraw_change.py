"""Whoever asked takes the request back before it is answered."""

from __future__ import annotations

from datetime import datetime

from yigongti.foundation.errors import NotPermitted
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.matters.public import act
from yigongti.systems.casemix_payment.models import AdjustmentRequest
from yigongti.systems.casemix_payment.queries import the_request

PERMISSION = "casemix_payment.ask_change"


def withdraw_change(actor: Actor, number: int, *, at: datetime) -> AdjustmentRequest:
    """Take the request back: a step of its matter. Raises NotPermitted for somebody else's request, Conflict when it is
    answered."""
    request = the_request(actor, number)
    actor.require(PERMISSION, request.institution_id)
    if request.asked_by_id != actor.account_id:
        raise NotPermitted(
            "casemix.not_own_request", zh="只能撤回自己提出的异议", en="only one's own request can be withdrawn"
        )
    act(actor, request.matter_id, "withdraw", at=at)
    return the_request(actor, number)
