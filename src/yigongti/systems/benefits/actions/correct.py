"""Correct a settlement: the wrong one is taken back and the right one settled in one step; only the difference in cash
changes hands. All three are linked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import msgspec

from yigongti.foundation.errors import Conflict, InvalidInput
from yigongti.foundation.money import ZERO
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy
from yigongti.systems.benefits.actions.settle import PERMISSION, require_own_counter
from yigongti.systems.benefits.asked import Asked
from yigongti.systems.benefits.at_counter import KEY_TAKEN, at_counter
from yigongti.systems.benefits.models import Settlement
from yigongti.systems.benefits.settling import settled
from yigongti.systems.benefits.taking_back import taken_back, the_settlement


@dataclass(frozen=True, slots=True)
class Corrected:
    """difference: yuan that the patient still pays (negative: is handed back)."""

    wrong: Settlement
    right: Settlement
    difference: Decimal
    again: bool = False


def correct(actor: Actor, settlement_id: int, asked: Asked, *, reason: str, at: datetime) -> Corrected:
    """The right settlement in the place of the wrong one. What the patient had paid counts as paid.

    Raises as `refund` and `settle`; then nothing has changed.
    """
    wrong = the_settlement(settlement_id)
    require_own_counter(actor, wrong.institution_id, PERMISSION)
    if not asked.key:
        raise InvalidInput("benefits.key_missing", zh="请给出键，以免重复结算", en="give a key", where="key")
    stands = Settlement.objects.filter(institution_id=wrong.institution_id, key=asked.key).first()
    if stands is not None:
        if stands.replaces_id != wrong.pk or stands.content != asked.content():
            raise Conflict(KEY_TAKEN[0], zh=KEY_TAKEN[1], en=KEY_TAKEN[2], where=asked.key)
        return _told(wrong, stands, again=True)
    if wrong.paid_at:
        asked = msgspec.structs.replace(asked, paid=True)
    with at_counter(actor) as desk:
        taken_back(desk, actor, wrong, key=f"correct:{asked.key}"[:80], reason=reason, at=at)
        made = settled(
            desk, actor, wrong.institution_id, asked, policy(), at, replaces=wrong.pk, reason=reason,
            origin=Settlement.Origin.COUNTER.value,
        )  # fmt: skip
    return _told(wrong, Settlement.objects.select_related("institution").get(pk=made.id))


def _told(wrong: Settlement, right: Settlement, *, again: bool = False) -> Corrected:
    before = wrong.cash if wrong.paid_at else ZERO
    now = right.cash if right.paid_at else ZERO
    return Corrected(wrong, right, now - before, again)
