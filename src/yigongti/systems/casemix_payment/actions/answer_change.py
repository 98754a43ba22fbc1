"""The coder answers a request: accepts it, perhaps with other codes than asked, or declines it; always with words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yigongti.foundation.policy import Policy
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.matters.public import Given, act
from yigongti.systems.casemix_payment.adjusting import regrouped
from yigongti.systems.casemix_payment.models import AdjustmentRequest
from yigongti.systems.casemix_payment.queries import the_request

PERMISSION = "casemix_payment.answer_change"


def answer_change(
    actor: Actor,
    number: int,
    *,
    accept: bool,
    answer: str,
    policy: Policy,
    at: datetime,
    diagnoses: Sequence[str] | None = None,
    procedures: Sequence[str] | None = None,
    newborn: tuple[int | None, int | None] = (None, None),
) -> AdjustmentRequest:
    """Accept or decline: a step of the request's matter. diagnoses, procedures: the codes that are accepted, None for
    those asked.

    The accepted codes are grouped and priced at once, and counted by the next close of the month.
    Raises NotPermitted (also for one's own request), NotFound, InvalidInput without an answer, and Conflict when it
    has been answered already.
    """
    request = the_request(actor, number)
    actor.require(PERMISSION, request.institution_id)
    waiting = request.state == AdjustmentRequest.State.ASKED  # else the matter says what it is now
    data = regrouped(request, diagnoses, procedures, policy, newborn) if accept and waiting else {}
    act(actor, request.matter_id, "accept" if accept else "decline", at=at, given=Given(words=answer, data=data))
    return the_request(actor, number)
