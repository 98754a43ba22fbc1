"""Settle a bill that was accepted without a network, and tell what differs from what the device had said."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from yigongti.foundation.errors import InvalidInput, NotFound, YigongtiError
from yigongti.kernel.access.actor import Actor
from yigongti.systems.benefits.actions.settle import require_own_counter, settle
from yigongti.systems.benefits.asked import of_mapping
from yigongti.systems.benefits.models import OfflineBill, Settlement

PERMISSION = "benefits.settle"
COMPARED = ("total_cost", "insurance", "cash")


@transaction.atomic
def confirm_offline(actor: Actor, bill_id: int, *, at: datetime) -> OfflineBill:
    """The bill confirmed, with `told` the differences; or refused, with `told` the reason: it is then the clinic's to
    put right. Confirmed once however often this is called. Raises NotFound and NotPermitted."""
    bill = OfflineBill.objects.select_for_update(of=("self",)).filter(pk=bill_id).first()
    if bill is None:
        raise NotFound("benefits.no_offline_bill", zh="没有这张离线账单", en="there is no such bill")
    require_own_counter(actor, bill.institution_id, PERMISSION)
    if bill.state == OfflineBill.State.CONFIRMED:
        return bill
    try:
        with transaction.atomic():
            made = settle(
                actor, bill.institution_id, of_mapping(bill.request), at=at, origin=Settlement.Origin.OFFLINE.value
            )
    except (InvalidInput, NotFound) as error:
        bill.state = OfflineBill.State.REFUSED
        bill.told = _reason(error)
        bill.save(update_fields=["state", "told"])
        return bill
    bill.settlement = Settlement.objects.get(pk=made.id)
    bill.state, bill.name, bill.resident_id = (
        OfflineBill.State.CONFIRMED,
        bill.settlement.name,
        bill.settlement.resident_id,
    )
    bill.told = differences(bill.quoted, bill.settlement)
    bill.save()
    return bill


def differences(quoted: dict[str, Any] | None, settlement: Settlement) -> dict[str, dict[str, str]]:
    """Amount → what the device said and what came of it, for those that differ."""
    found = {}
    for name in COMPARED:
        said, came = (quoted or {}).get(name), getattr(settlement, name)
        if said is not None and _yuan(said) != came:
            found[name] = {"quoted": str(said), "settled": str(came)}
    return found


def _yuan(text: Any) -> Decimal | None:
    try:
        return Decimal(str(text))
    except InvalidOperation:
        return None


def _reason(error: YigongtiError) -> dict[str, str]:
    return {"code": error.code, "zh": error.in_language("zh-hans"), "en": error.in_language("en")}
