"""Money to be recovered: what is due in which month's payment, what was deducted or paid back."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.organisations.queries import at_institutions
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.supervision import queries
from yigongti.systems.supervision.models import Recovery
from yigongti.systems.supervision.pages import cases, sentences
from yigongti.systems.supervision.pages.columns import institution, labelled

_MARKS = {"due": "due", "deducted": "good", "paid": "good", "cancelled": ""}


@permitted("supervision.see")
def recoveries(request: HttpRequest) -> HttpResponse:
    """All recoveries of the focus."""
    focus, actor = focus_of(request), request.actor  # type: ignore[attr-defined]
    rows = queries.recoveries(actor).filter(at_institutions(focus.institution_ids))
    states = Recovery.State.choices
    settled = Q(state__in=("deducted", "paid"))
    found = rows.order_by().aggregate(
        due_rows=Count("id", filter=Q(state="due")), due=Sum("amount", filter=Q(state="due")),
        settled=Sum("amount", filter=settled),
    )  # fmt: skip
    columns = [
        Column("key", _("Number"), link=lambda row: cases.address(row["case_id"], focus.query), fields=["case_id"]),
        institution(),
        Column("amount", _("Amount (yuan)"), "money", total=True),
        Column("month", _("Taken from the payment of")),
        Column("state", _("State"), choices=states, value=lambda row: labelled(states, row, "state"),
               mark=lambda row: _MARKS[row["state"]]),
        Column("made_at", _("Ordered"), "instant"),
        Column("settled_at", _("Settled"), "instant"),
        Column("settled_with", _("Settled with")),
    ]  # fmt: skip
    context = {
        "focus": focus,
        "sentence": sentences.recoveries(found["due_rows"], found["due"] or Decimal(0), found["settled"] or Decimal(0)),
    }
    table = Table("supervision-recoveries", columns, order="-made_at")
    return table.respond(request, rows, "supervision/recoveries.html", context)
