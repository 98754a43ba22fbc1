"""The first page: the month in a sentence, the six steps with counts and money, what is late, by institution."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.matters.public import Matter, kind_of
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.organisations.queries import at_institutions
from yigongti.kernel.presentation.focus import Focus, focus_of
from yigongti.systems.supervision import queries
from yigongti.systems.supervision.course import STEPS
from yigongti.systems.supervision.models import Case
from yigongti.systems.supervision.pages import sentences

MOST_LATE = 20
"""Institutions listed with what is late of them; the page says how many there are in all."""


def instants(month: Month) -> tuple[datetime, datetime]:
    """From the month's first instant up to before the next month's, in the time of the county."""
    zone = timezone.get_default_timezone()
    after = month.plus(1)
    return datetime(month.year, month.number, 1, tzinfo=zone), datetime(after.year, after.number, 1, tzinfo=zone)


def month_figures(actor: Actor, focus: Focus, today: date) -> dict[str, Any]:
    """What the sentence of the month tells: cases open now, late ones, opened and ruled in the month, yuan."""
    first, end = instants(focus.month)
    rows = queries.cases(actor).filter(at_institutions(focus.institution_ids))
    found = rows.order_by().aggregate(
        open=Count("id", filter=~Q(state=Case.State.CLOSED)),
        opened=Count("id", filter=Q(opened_at__gte=first, opened_at__lt=end)),
        closed=Count("id", filter=Q(closed_at__gte=first, closed_at__lt=end)),
        ruled_cases=Count("id", filter=Q(ruled_at__gte=first, ruled_at__lt=end)),
        ruled=Sum("amount_ruled", filter=Q(ruled_at__gte=first, ruled_at__lt=end)),
    )
    late = late_matters(actor, focus.institution_ids, today)
    return {
        **found,
        "ruled": found["ruled"] or Decimal(0),
        "recovered": queries.recovered_between(actor, first, end, focus.institution_ids),
        "late": late.count(),
    }


def late_matters(actor: Actor, institution_ids: Sequence[int], today: date) -> Any:
    """Open matters of cases whose day has passed."""
    rows = Matter.objects.filter(queries.places(actor), at_institutions(institution_ids))
    return rows.filter(kind__in=STEPS, closed_at__isnull=True, due_on__lt=today)


def steps_board(actor: Actor, focus: Focus, today: date) -> list[dict[str, Any]]:
    """The six steps: label, cases, yuan claimed and ruled, how many late, where the drill leads."""
    found = queries.sums(queries.cases(actor).filter(at_institutions(focus.institution_ids)))
    late = late_matters(actor, focus.institution_ids, today).order_by().values("kind").annotate(n=Count("id"))
    late_by_kind = {row["kind"]: row["n"] for row in late}
    board = []
    for number, kind_id in enumerate(STEPS, start=1):
        kind, state = kind_of(kind_id), kind_id.partition(".")[2]
        sums = found[state]
        board.append(
            {
                "number": number,
                "label": kind.label,
                "why": kind.why,
                "cases": sums["cases"],
                "money": sums["ruled"] if state == Case.State.ACCOUNTABILITY else sums["claimed"],
                "late": late_by_kind.get(kind_id, 0),
                "href": reverse("supervision:cases") + f"?{focus.query}&where_state={state}",
            }
        )
    return board


def late_by_institution(actor: Actor, focus: Focus, today: date) -> list[dict[str, Any]]:
    """Who is late: institution, how many matters wait on it, the oldest due day."""
    rows = late_matters(actor, focus.institution_ids, today).order_by().values("institution_id")
    counted = sorted(rows.annotate(n=Count("id")), key=lambda row: (-row["n"], row["institution_id"]))
    known = Institution.objects.in_bulk([row["institution_id"] for row in counted])
    language = get_language() or "zh-hans"
    return [
        {
            "name": known[row["institution_id"]].in_language(language),
            "late": row["n"],
            "href": reverse("supervision:cases")
            + f"?institution={known[row['institution_id']].code}&month={focus.month}&where_late=1",
        }
        for row in counted
    ]


@permitted("supervision.see")
def board(request: HttpRequest) -> HttpResponse:
    """The month of the county's supervision; of an institution's own for whoever works there."""
    focus, actor, today = focus_of(request), request.actor, timezone.localdate()  # type: ignore[attr-defined]
    figures = month_figures(actor, focus, today)
    late = late_by_institution(actor, focus, today)
    return render(
        request,
        "supervision/board.html",
        {
            "focus": focus,
            "figures": figures,
            "sentence": sentences.month(focus, figures),
            "board": steps_board(actor, focus, today),
            "late": late[:MOST_LATE],
            "late_institutions": len(late),
        },
    )
