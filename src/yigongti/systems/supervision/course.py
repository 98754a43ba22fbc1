"""The course of a case: which matter comes after which, and what the case becomes with it.

Effects of the kinds (matters.py) call these in the transaction of the step. They run as the product itself, because the
hospital that answers has no right to write the office's rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from decimal import Decimal
from typing import Any

from yigongti.foundation.errors import NotFound, Text
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import MATTERS, Matter, open_matter
from yigongti.systems.supervision.models import Case, CaseStep

FINDING, ORDER, APPEAL = "supervision.finding", "supervision.order", "supervision.appeal"
SITE_CHECK, RULING, ACCOUNTABILITY = "supervision.site_check", "supervision.ruling", "supervision.accountability"
STEPS = (FINDING, ORDER, APPEAL, SITE_CHECK, RULING, ACCOUNTABILITY)
"""The six steps in their order; each is a kind of matter and, by its last word, a state of the case."""


_within: ContextVar[bool] = ContextVar("as_the_product", default=False)


@contextmanager
def as_the_product() -> Iterator[None]:
    """The scope in which the product itself works on matters; inside of itself it costs nothing."""
    if _within.get():
        yield
        return
    with scope(NOBODY, purpose=MATTERS):
        token = _within.set(True)
        try:
            yield
        finally:
            _within.reset(token)


def next_matter(
    case: Case, kind: str, *, at: datetime, words: str = "", data: Mapping[str, Any] | None = None
) -> Matter:
    """Open the case's next matter and put the case into that state. Inside the purpose "matters"."""
    with as_the_product():
        matter = open_matter(
            NOBODY, kind, subject=f"case/{case.pk}", title=Text(case.title_zh, case.title_en),
            institution=case.institution, owner=case.office, at=at, words=words, month=case.month,
            amount=case.amount_claimed if case.amount_ruled is None else case.amount_ruled,
            data={"case": case.pk, **(data or {})},
        )  # fmt: skip
        number = CaseStep.objects.filter(case=case).count() + 1
        CaseStep.objects.create(case=case, number=number, matter=matter, kind=kind)
        case.state = kind.partition(".")[2]
        case.save()
    return matter


def case_of_matter(matter: Matter, *, lock: bool = False) -> Case:
    """The case that a matter is a step of. Raises NotFound for a matter of no case."""
    with as_the_product():
        rows = Case.objects.select_for_update(of=("self",)) if lock else Case.objects
        found = rows.filter(steps__matter=matter.pk).select_related("institution", "office").first()
    if found is None:
        raise NotFound(
            "supervision.case_not_found",
            zh="没有这个案件，或您无权查看",
            en="there is no such case, or it is not yours to see",
            where=matter.number,
        )
    return found


def mark_ordered(case: Case, *, at: datetime) -> None:
    """The order was issued: from here on the institution sees the case."""
    with as_the_product():
        case.shown, case.ordered_at = True, case.ordered_at or at
        case.save()


def mark_ruled(case: Case, amount: Decimal, *, at: datetime) -> None:
    """What the ruling says is to be recovered, in yuan."""
    with as_the_product():
        case.amount_ruled, case.ruled_at, case.shown = amount, at, True
        case.save()


def close_case(case: Case, outcome: Case.Outcome, *, at: datetime) -> None:
    """The case is over, with this outcome."""
    with as_the_product():
        case.state, case.outcome, case.closed_at = Case.State.CLOSED, outcome, at
        case.save()
