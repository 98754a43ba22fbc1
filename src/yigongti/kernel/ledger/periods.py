"""Which months of a book are closed, and how one is closed and, through a matter, opened again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.ledger.models import PeriodState
from yigongti.kernel.trail.public import record

CLOSE = "ledger.close"


@dataclass(frozen=True, slots=True)
class Period:
    """A month of a book: whether it is closed now, and the lines that were written about it, oldest first."""

    book_id: int
    month: Month
    is_closed: bool
    lines: tuple[PeriodState, ...] = ()


def is_closed(book_id: int, month: Month, *, using: str = "default") -> bool:
    """As the database asks it of every entry: by the month's own last line, else by a later month that was closed."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT public.ledger_is_closed(%s, %s)", [book_id, str(month)])
        (found,) = cursor.fetchone()
    return bool(found)


def periods(book_id: int, months: Iterable[Month]) -> list[Period]:
    """The months asked for, in their order."""
    lines: dict[str, list[PeriodState]] = {}
    for line in PeriodState.objects.filter(book_id=book_id).order_by("month", "number"):
        lines.setdefault(line.month, []).append(line)
    last_closed = max(
        (month for month, told in lines.items() if any(line.state == PeriodState.State.CLOSED for line in told)),
        default="",
    )
    found = []
    for month in months:
        told = lines.get(str(month), [])
        closed = told[-1].state == PeriodState.State.CLOSED if told else str(month) < last_closed
        found.append(Period(book_id, month, closed, tuple(told)))
    return found


def close_period(actor: Actor, book_id: int, month: Month, at: datetime) -> PeriodState:
    """Close the month of the book: nothing lands in it any more, nor in an earlier month that was never reopened.

    Raises NotPermitted without ledger.close at the book's institution, InvalidInput ("ledger.month_not_over") while the
    month lasts, Conflict ("ledger.closed_already").
    """
    actor.require(CLOSE, book_id)
    if month.last_day >= timezone.localdate(at):
        raise InvalidInput(
            "ledger.month_not_over",
            zh=f"{month.in_language('zh')}尚未结束，不能结账",
            en=f"{month.in_language('en')} is not over: it cannot be closed yet",
            where=str(month),
        )
    if is_closed(book_id, month):
        raise Conflict(
            "ledger.closed_already",
            zh=f"{month.in_language('zh')}已结账",
            en=f"{month.in_language('en')} is closed already",
            where=str(month),
        )
    made = add_line(actor, book_id, str(month), PeriodState.State.CLOSED, at)
    record(actor, CLOSE, subject=f"ledger {book_id} {month}", at=at, institution_id=book_id)
    return made


def add_line(
    actor: Actor, book_id: int, month: str, state: str, at: datetime, *, reason: str = "", matter_id: int = 0
) -> PeriodState:
    """The next line about the month. Raises Conflict when somebody else writes it at the same moment."""
    last = PeriodState.objects.filter(book_id=book_id, month=month).order_by("-number").first()
    made = PeriodState(
        book_id=book_id, month=month, number=last.number + 1 if last else 1, state=state, at=at,
        by=actor.username, reason=reason[:400], matter_id=matter_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            "ledger.period_changed",
            zh="该月份刚刚被他人结账或反结账，请刷新后再试",
            en="somebody closed or reopened the month at the same moment: reload",
            where=month,
        ) from error
    return made
