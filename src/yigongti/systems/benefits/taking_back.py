"""A settlement taken back: the reversing row, the year without what it counted, its entries reversed in both books."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, Text
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.ledger.public import reverse
from yigongti.systems.benefits.at_counter import Desk
from yigongti.systems.benefits.counters import less
from yigongti.systems.benefits.models import Settlement
from yigongti.systems.benefits.postings import key_of
from yigongti.systems.benefits.storing import JSON_COLUMNS, add, local_day, negated

_YEAR = """
    SELECT id, used FROM benefits_benefityear
     WHERE resident_id = %(resident)s AND year = %(year)s AND insurance_type = %(type)s FOR UPDATE
"""
_STATE = "SELECT state, nextval('benefits_number') FROM benefits_settlement WHERE id = %(id)s"


def the_settlement(number: int) -> Settlement:
    """One that the actor sees. Raises NotFound."""
    found = Settlement.objects.select_related("institution").filter(pk=number).first()
    if found is None:
        raise NotFound("benefits.no_settlement", zh="没有查到这笔结算", en="there is no such settlement")
    return found


def taken_back(desk: Desk, actor: Actor, settlement: Settlement, *, key: str, reason: str, at: datetime) -> int:
    """The id of the reversal. Raises InvalidInput without a reason or for a reversal itself, and Conflict when it was
    taken back already or a month of a book is closed."""
    if not reason.strip():
        raise InvalidInput("benefits.reason_missing", zh="请写明原因", en="say why", where="reason")
    if settlement.reverses_id:
        raise InvalidInput(
            "benefits.is_reversal", zh="冲正记录不能再退费", en="a reversal is not taken back: settle anew"
        )
    told = {
        "resident": settlement.resident_id, "year": settlement.year, "type": settlement.insurance_type,
        "id": settlement.pk,
    }  # fmt: skip
    years, states = desk.together((_YEAR, told), (_STATE, told))
    (state, next_number) = states[0]
    if state != Settlement.State.SETTLED or not years:
        raise Conflict(
            "benefits.reversed_already", zh="这笔结算已经退费", en="the settlement has been taken back already"
        )
    ((year_id, used),) = years
    number = f"{local_day(at):%Y%m%d}{next_number:08d}"
    row: dict[str, Any] = negated(settlement, number=number, key=key, reason=reason, actor=actor, at=at)
    row |= {name: getattr(settlement, name) for name in JSON_COLUMNS}
    row["counted"] = less({}, settlement.counted)
    after = _text(less(msgspec.json.decode(used), settlement.counted))
    made = add(desk, row, year_id=year_id, after=after, actor=actor, verb="benefits.settle")
    for side in _sides(settlement):
        entry = key_of(settlement.institution.code, settlement.number, side)
        reverse(actor, entry, local_day(at), Text(reason.strip(), reason.strip()), at)
    return made


def _sides(settlement: Settlement) -> list[str]:
    """The entries that the settlement left."""
    outside = settlement.origin == Settlement.Origin.OUTSIDE
    sides = [] if outside else ["institution"]
    if settlement.insurance + settlement.personal_account:
        sides.append("fund")
    if settlement.paid_at and settlement.cash and not outside:
        sides.append("payment")
    return sides


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()
