"""反结账: a closed month is opened again only as a matter, asked for by one, approved by another, with the reason."""

from __future__ import annotations

from datetime import datetime

from yigongti.foundation.errors import Conflict, InvalidInput, NotPermitted, Text
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.ledger.models import PeriodState
from yigongti.kernel.ledger.periods import CLOSE, add_line, is_closed
from yigongti.kernel.matters.kinds import OPENER, Change, Desk, Kind, Need, State, Transition
from yigongti.kernel.matters.models import Matter
from yigongti.kernel.organisations.models import Institution


def _by_another(change: Change) -> None:
    if change.actor.account_id == change.matter.opened_by_id:
        raise NotPermitted(
            "ledger.second_person",
            zh="反结账须由申请人以外的人批准",
            en="a second person must approve: you asked for it",
            where=change.matter.number,
        )
    if not is_closed(change.matter.institution_id, Month.parse(change.matter.month)):
        raise Conflict(
            "ledger.open_already", zh="该月份没有结账", en="the month is not closed", where=change.matter.month
        )


def _open_again(change: Change) -> None:
    matter = change.matter
    add_line(
        change.actor, matter.institution_id, matter.month, PeriodState.State.OPEN, change.at,
        reason=str(matter.data.get("reason", "")), matter_id=matter.pk,
    )  # fmt: skip


REOPENING = Kind(
    id="ledger.reopening",
    label=Text("反结账申请", "Reopening of a closed month"),
    why=Text(
        "已结账的月份不能再记账；确需更正的，一人申请、另一人批准后重新打开。",
        "Nothing is posted into a closed month. Where it must be, one person asks and another approves.",
    ),
    see="ledger.see",
    states=(
        State("asked", Text("待批准", "To be approved"), desk=Desk(CLOSE), days="ledger.reopen_days", shown=True,
              tone="due"),
        State("reopened", Text("已反结账", "Reopened"), final=True, shown=True, tone="good"),
        State("refused", Text("未批准", "Refused"), final=True, shown=True, tone="bad"),
        State("withdrawn", Text("已撤回", "Withdrawn"), final=True, shown=True),
    ),
    transitions=(
        Transition("approve", Text("批准反结账", "Approve and reopen"), ("asked",), "reopened", CLOSE,
                   needs=(Need.WORDS,), check=_by_another, effect=_open_again, tone="good"),
        Transition("refuse", Text("不予批准", "Refuse"), ("asked",), "refused", CLOSE, needs=(Need.WORDS,), tone="bad"),
        Transition("withdraw", Text("撤回", "Withdraw"), ("asked",), "withdrawn", CLOSE, OPENER),
    ),
    subject_url=lambda matter: f"/ledger/periods/?institution={matter.data.get('book', '')}",
)  # fmt: skip

KINDS = (REOPENING,)


def ask_to_reopen(actor: Actor, book: Institution, month: Month, reason: str, at: datetime) -> Matter:
    """Ask for a closed month of the book to be opened again.

    Raises NotPermitted without ledger.close there, InvalidInput without a reason, Conflict when the month is open or
    somebody has asked already ("matters.open_already").
    """
    from yigongti.kernel.matters.actions.open_matter import open_matter

    actor.require(CLOSE, book.pk)
    reason = reason.replace("\x00", "").strip()[:400]
    if not reason:
        raise InvalidInput(
            "ledger.reason_missing", zh="请写明反结账的原因", en="say why it must be reopened", where="reason"
        )
    if not is_closed(book.pk, month):
        raise Conflict("ledger.open_already", zh="该月份没有结账", en="the month is not closed", where=str(month))
    return open_matter(
        actor, REOPENING.id, subject=f"{book.code}/{month}",
        title=Text(f"{book.name} {month.in_language('zh')}反结账", f"Reopen {month} of {book.name_en or book.name}"),
        institution=book, owner=book, at=at, words=reason, data={"reason": reason, "book": book.code},
        month=str(month), permission=CLOSE,
    )  # fmt: skip
