"""The resident's own settlements and what was used of the year, in large type, under the resident's own session."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.guard import resident_signed_in
from yigongti.kernel.messages.public import unread_messages
from yigongti.kernel.presentation.numbers import row_number
from yigongti.kernel.trail.public import viewed
from yigongti.systems.benefits import queries
from yigongti.systems.benefits.pages.words import facts_of

MOST = 60
LARGER_COOKIE = "yigongti_larger"
"""The cookie by which the residents' pages are shown in larger type."""


@resident_signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """The year's counters, then the settlements, the latest first."""
    resident_id = _noted(request, "settlements")
    years = [
        {
            "row": row, "burden": Decimal(row.used.get("burden", 0)), "is_now": row.year == timezone.localdate().year,
        }
        for row in queries.years_of(resident_id)
    ]  # fmt: skip
    rows = queries.settlements_of(resident_id)
    context = {"years": years, "rows": rows[:MOST], "total": rows.count(), "most": MOST}
    return render(request, "benefits/mine.html", _frame(request, resident_id) | context)


@resident_signed_in
def mine_one(request: HttpRequest) -> HttpResponse:
    """One settlement, step by step; all of them where none is named."""
    if not request.GET.get("number"):
        return mine(request)
    resident_id = _noted(request, "settlement")
    row = queries.settlements_of(resident_id).filter(pk=row_number(request.GET["number"])).first()
    if row is None:
        raise NotFound("benefits.no_settlement", zh="没有查到这笔结算", en="there is no such settlement")
    context = {"row": row, "facts": facts_of(row)}
    return render(request, "benefits/mine_one.html", _frame(request, resident_id) | context)


def _noted(request: HttpRequest, page: str) -> int:
    actor = request.actor  # type: ignore[attr-defined]
    viewed(actor, actor.resident_id, what=f"page: {page}", at=timezone.now())
    return int(actor.resident_id)


def _frame(request: HttpRequest, resident_id: int) -> dict[str, object]:
    """What the residents' frame asks for."""
    larger = request.COOKIES.get(LARGER_COOKIE) == "1"
    return {"tab": "more", "larger": larger, "unread": unread_messages(resident_id)}
