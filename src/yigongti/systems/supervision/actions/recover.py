"""Money of a ruling is recovered: ordered from the payment of a month, then deducted by the clearing, or paid back.

Each recovery has a business key and is settled once: a second deduction is the same deduction, or a conflict.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import MATTERS
from yigongti.kernel.trail.public import record
from yigongti.systems.supervision.models import Case, Recovery

PERMISSION = "supervision.account"
State = Recovery.State


def order_recovery(actor: Actor, case: Case, *, amount: Decimal, month: str, at: datetime) -> Recovery:
    """Order that the amount is taken from the payment of the month. The case is locked by the caller.

    Raises NotPermitted, and InvalidInput for no amount, a month that is none or is over, or more than was ruled.
    """
    actor.require(PERMISSION, case.office_id)
    wanted = Month.parse(month)
    if wanted.last_day < timezone.localdate(at):
        raise InvalidInput(
            "supervision.month_is_over",
            zh=f"{month} 已经过去，请选本月或以后的月份",
            en=f"{month} is over: choose this month or a later one",
            where="month",
        )
    rows = Recovery.objects.filter(case=case)
    ordered = rows.exclude(state=State.CANCELLED).aggregate(total=Sum("amount"))["total"] or Decimal(0)
    left = (case.amount_ruled or Decimal(0)) - ordered
    if amount <= 0 or amount > left:
        raise InvalidInput(
            "supervision.more_than_ruled",
            zh=f"裁定金额中还可追回 {left} 元",
            en=f"{left} yuan of what was ruled are left to recover",
            where="amount",
        )
    made = Recovery.objects.create(
        case=case, institution_id=case.institution_id, office_id=case.office_id,
        key=f"case/{case.pk}/{rows.count() + 1}", amount=amount, month=str(wanted),
        made_at=at, made_by_id=actor.account_id, made_by_name=actor.display_name,
    )  # fmt: skip
    _told(actor, made, at)
    return made


def record_payment(actor: Actor, case: Case, *, receipt: str, at: datetime) -> list[Recovery]:
    """The institution paid back what was due. Raises NotPermitted, and Conflict when nothing is due."""
    return _settle_due(actor, case, State.PAID, receipt, at)


def cancel_due(actor: Actor, case: Case, *, reason: str, at: datetime) -> list[Recovery]:
    """What is due is not taken after all. Raises NotPermitted, and Conflict when nothing is due."""
    return _settle_due(actor, case, State.CANCELLED, reason, at)


def _settle_due(actor: Actor, case: Case, state: Recovery.State, said: str, at: datetime) -> list[Recovery]:
    actor.require(PERMISSION, case.office_id)
    due = list(Recovery.objects.select_for_update(of=("self",)).filter(case=case, state=State.DUE))
    if not due:
        raise Conflict(
            "supervision.nothing_due", zh="没有待扣的追回款", en="nothing is due to be recovered", where=case.number
        )
    for row in due:
        row.state, row.settled_at, row.settled_by_name = state, at, actor.display_name
        row.settled_with = said.strip()[:160]
        row.save()
        _told(actor, row, at)
    return due


def mark_deducted(key: str, *, month: str, reference: str, at: datetime) -> Recovery:
    """The clearing of a month took the money. As the product itself; asked again with the same reference it answers the
    same row and takes nothing.

    Raises NotFound for no such recovery, and Conflict when it was settled otherwise or is due in another month.
    """
    if not reference.strip():
        raise InvalidInput("supervision.reference_missing", zh="须写明扣款凭据", en="say what deducts it")
    with scope(NOBODY, purpose=MATTERS):
        row = Recovery.objects.select_for_update(of=("self",)).filter(key=key).first()
        if row is None:
            raise NotFound(
                "supervision.recovery_not_found", zh="没有这笔追回款", en="there is no such recovery", where=key
            )
        if row.state == State.DEDUCTED and row.settled_with == reference:
            return row
        if row.state != State.DUE or row.month > month:
            raise Conflict(
                "supervision.recovery_settled",
                zh=f"这笔追回款已是“{row.get_state_display()}”，或要到 {row.month} 才扣",
                en=f"this recovery is {row.state} already, or due in {row.month} only",
                where=key,
            )
        row.state, row.settled_at, row.settled_with = State.DEDUCTED, at, reference[:160]
        row.save()  # no line of the trail: the history of the rows keeps what the product itself does
    return row


def _told(actor: Actor, row: Recovery, at: datetime) -> None:
    record(
        actor, PERMISSION, subject=f"recovery {row.key}", at=at, institution_id=row.institution_id,
        detail={"recovery": row.pk, "state": row.state, "amount": str(row.amount)},
    )  # fmt: skip
