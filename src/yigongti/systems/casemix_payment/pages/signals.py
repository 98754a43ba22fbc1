"""Patterns that may be up-coding: what was seen against what was expected, and the cases that show it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.numbers import row_number
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.casemix_payment import queries
from yigongti.systems.casemix_payment.pages.cases import case_address
from yigongti.systems.casemix_payment.pages.overview import not_closed
from yigongti.systems.casemix_payment.upcoding import PATTERN_LABELS


@permitted("casemix_payment.see_signals")
def signals(request: HttpRequest) -> HttpResponse:
    """All patterns of the month; ?open=<number> shows the evidence beside."""
    focus = focus_of(request)
    month = queries.published(focus.month)
    if month is None:
        return not_closed(request)
    actor = request.actor  # type: ignore[attr-defined]
    language = get_language() or "zh-hans"
    rows = queries.signals(actor, focus.month, focus.institution_ids)
    institutions = queries.institutions(rows.order_by().values_list("institution_id", flat=True).distinct())
    kept = {name: value for name, value in request.GET.items() if name not in ("open", "export")}

    def beside(row: dict) -> str:  # type: ignore[type-arg]
        return "?" + urlencode({**kept, "open": row["id"]})

    columns = [
        Column(
            "pattern",
            _("Pattern"),
            link=beside,
            beside="detail",
            choices=[(name, text.in_language(language)) for name, text in PATTERN_LABELS.items()],
            value=lambda row: PATTERN_LABELS[row["pattern"]] if row["pattern"] in PATTERN_LABELS else row["pattern"],
        ),
        Column(
            "institution__name",
            _("Institution"),
            fields=["institution_id"],
            value=lambda row: institutions[row["institution_id"]].in_language(language),
        ),
        Column("drg", _("Group")),
        Column("case_id", _("Case")),
        Column("figure", _("Seen"), "number", places=4),
        Column("expected", _("Usual"), "number", places=4),
        Column("said_zh" if not language.startswith("en") else "said_en", _("What was seen")),
    ]
    opened = request.GET.get("open", "")
    detail = None
    if opened:
        detail = rows.select_related("institution").filter(pk=row_number(opened)).first()
        if detail is None:
            raise NotFound(
                "casemix.signal_not_found",
                zh="没有这条线索，或您无权查看",
                en="there is no such pattern, or it is not yours to see",
                where=opened,
            )
    context = {
        "focus": focus,
        "month": month,
        "count": rows.count(),
        "hospitals": len(institutions),
        "detail": detail,
        "evidence": [
            {**row, "href": case_address(detail.institution.code, detail.month, row["case_id"])}
            for row in detail.evidence
        ]
        if detail
        else [],
        "table_keep": ["open"],
    }
    table = Table("casemix-signals", columns, order="pattern", row_link=beside)
    return table.respond(request, rows, "casemix_payment/signals.html", context)
