"""The ledger of points: the totals of the year with what they lead to, and every line; taking points back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yigongti.foundation.errors import Text
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.supervision import queries
from yigongti.systems.supervision.actions.give_points import reverse_points
from yigongti.systems.supervision.models import Points
from yigongti.systems.supervision.pages import cases, sentences
from yigongti.systems.supervision.pages.columns import institution
from yigongti.systems.supervision.practice_points import reached, thresholds


@permitted("supervision.see")
def points(request: HttpRequest) -> HttpResponse:
    """The lines of the focus' year; above them the totals by institution and practitioner with their thresholds."""
    focus, actor = focus_of(request), request.actor  # type: ignore[attr-defined]
    year = focus.month.year
    on = min(date(year, 12, 31), timezone.localdate()) if year <= timezone.localdate().year else date(year, 1, 1)
    totals = queries.year_totals(actor, year)
    known = Institution.objects.in_bulk({row["institution_id"] for row in totals})
    shown = [
        {**row, "institution": known[row["institution_id"]], "reached": reached(policy(), row["who"], row["total"], on)}
        for row in totals
    ]
    rows = queries.points(actor, year)
    columns = [
        Column("day", _("Day"), "date"),
        institution(),
        Column("who", _("Whose"), choices=Points.Who.choices, value=lambda row: str(Points.Who(row["who"]).label)),
        Column("staff_name", _("Full name"), value=lambda row: f"{row['staff_name']} {row['staff_code']}".strip(),
               fields=["staff_code"]),
        Column("label_zh", _("Rule"), value=lambda row: Text(row["label_zh"], row["label_en"]), fields=["label_en"]),
        Column("score", _("Licence points"), "number", total=True, places=1),
        Column("article", _("Article"), value=lambda row: cases.article(row["article"])),
        Column("case_id", _("Supervision case"), filterable=False,
               link=lambda row: cases.address(row["case_id"], focus.query)),
        Column("reason", _("Reason"), hidden=True),
        Column("given_by_name", _("Given by"), hidden=True),
    ]  # fmt: skip
    context = {
        "focus": focus,
        "year": year,
        "totals": shown,
        "sentence": sentences.points(
            year, rows.count(), sum((row["total"] for row in totals), Decimal(0)),
            sum(1 for row in shown if row["reached"]),
        ),
        "thresholds": {who: thresholds(policy(), who, on) for who in Points.Who.values},
    }  # fmt: skip
    table = Table("supervision-points", columns, order="-day", row_link=lambda row: cases.address(row["case_id"]))
    return table.respond(request, rows, "supervision/points.html", context)


@require_POST
@permitted("supervision.account")
def take_back(request: HttpRequest, points_id: int) -> HttpResponse:
    """Take points back, with a reason."""
    made = reverse_points(
        request.actor, points_id, reason=request.POST.get("reason", ""), at=timezone.now()  # type: ignore[attr-defined]
    )  # fmt: skip
    return HttpResponseRedirect(reverse("supervision:case", args=[made.case_id]))
