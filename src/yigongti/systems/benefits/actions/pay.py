"""The patient pays the own part, later than the stay was settled (treat first, pay later)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yigongti.foundation.errors import Conflict
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.ledger.public import post
from yigongti.kernel.trail.public import record
from yigongti.systems.benefits.actions.settle import require_own_counter
from yigongti.systems.benefits.models import Settlement
from yigongti.systems.benefits.postings import payment_of
from yigongti.systems.benefits.storing import local_day
from yigongti.systems.benefits.taking_back import the_settlement

PERMISSION = "benefits.settle"


@transaction.atomic
def pay(actor: Actor, settlement_id: int, *, at: datetime) -> Settlement:
    """The settlement, paid; paid once however often this is called. Raises NotFound, NotPermitted, and Conflict when it
    was taken back."""
    settlement = the_settlement(settlement_id)
    require_own_counter(actor, settlement.institution_id, PERMISSION)
    Settlement.objects.select_for_update().get(pk=settlement.pk)
    settlement.refresh_from_db()
    if settlement.state != Settlement.State.SETTLED:
        raise Conflict(
            "benefits.reversed_already", zh="这笔结算已经退费", en="the settlement has been taken back already"
        )
    if settlement.paid_at:
        return settlement
    settlement.paid_at, settlement.paid_by_name = at, actor.display_name[:64]
    settlement.save(update_fields=["paid_at", "paid_by_name"])
    code = settlement.institution.code
    payment = payment_of(
        settlement.cash, institution_id=settlement.institution_id, institution_code=code, number=settlement.number,
        resident_id=settlement.resident_id, on=local_day(at),
    )  # fmt: skip
    post(actor, [payment] if payment else [], at)
    record(actor, PERMISSION, subject=f"paid {settlement.number}", at=at, institution_id=settlement.institution_id)
    return settlement
