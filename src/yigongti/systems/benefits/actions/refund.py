"""Take a settlement back, whole: the year's counters, both books and the cash go back with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from yigongti.foundation.money import ZERO
from yigongti.kernel.access.actor import Actor
from yigongti.systems.benefits.actions.settle import PERMISSION, require_own_counter
from yigongti.systems.benefits.at_counter import at_counter
from yigongti.systems.benefits.models import Settlement
from yigongti.systems.benefits.taking_back import taken_back, the_settlement


@dataclass(frozen=True, slots=True)
class Refunded:
    """cash: what is handed back to the patient; nothing where the own part was not paid yet."""

    reversal: Settlement
    cash: Decimal
    again: bool = False


def refund(actor: Actor, settlement_id: int, *, reason: str, at: datetime, key: str = "") -> Refunded:
    """The reversal; the first one when the same key comes again.

    Raises NotPermitted, NotFound, InvalidInput (no reason) and Conflict (benefits.reversed_already).
    """
    settlement = the_settlement(settlement_id)
    require_own_counter(actor, settlement.institution_id, PERMISSION)
    key = key or f"refund:{settlement.number}"
    stands = Settlement.objects.filter(reverses=settlement, key=key).first()
    cash = settlement.cash if settlement.paid_at else ZERO
    if stands is not None:
        return Refunded(stands, cash, again=True)
    with at_counter(actor) as desk:
        made = taken_back(desk, actor, settlement, key=key, reason=reason, at=at)
    return Refunded(Settlement.objects.get(pk=made), cash)
