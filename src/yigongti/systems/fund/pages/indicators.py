"""Counter-indicators: what would show that a community saves by giving less care."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.figures import change
from yigongti.kernel.presentation.focus import Focus, focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.fund import queries
from yigongti.systems.fund.definitions import INDICATORS
from yigongti.systems.fund.models import CounterIndicator
from yigongti.systems.fund.pages.overview import not_closed
from yigongti.systems.fund.pages.words import language


@permitted("fund.see")
def indicators(request: HttpRequest) -> HttpResponse:
    """Every indicator of every community, against last month and last year."""
    focus = focus_of(request)
    if queries.published(focus.month) is None:
        return not_closed(request)
    rows = _rows(focus)
    worse = [row for row in rows if row["tone"] == "worse"]
    columns = [
        Column("label", _("Counter-indicator")),
        Column("community", _("Community")),
        Column("value", _("Value"), value=lambda row: row["written"], sortable=False, filterable=False),
        Column("before", _("Last month"), value=lambda row: row["written_before"], sortable=False, filterable=False),
        Column("told", _("Against last month"), mark=lambda row: row["mark"], sortable=False, filterable=False),
        Column("numerator", _("Numerator"), "number"),
        Column("denominator", _("Denominator"), "number"),
        Column("formula", _("What it is"), sortable=False, filterable=False),
    ]
    table = Table("fund-indicators", columns, key="key", order="label", size=200)
    context = {"focus": focus, "rows": rows, "worse": worse}
    return table.respond(request, rows, "fund/indicators.html", context)


def _rows(focus: Focus) -> list[dict[str, Any]]:
    last = focus.month.plus(-1)
    found: dict[tuple[int, str, str], CounterIndicator] = {
        (row.institution_id, row.name, row.month): row
        for row in queries.indicators(focus.institution_ids, [focus.month, last])
    }
    rows = []
    for (place, name, month), row in found.items():
        if month == str(focus.month) and name in INDICATORS:
            rows.append(_row(row, found.get((place, name, str(last)))))
    return rows


def _row(now: CounterIndicator, before: CounterIndicator | None) -> dict[str, Any]:
    definition = INDICATORS[now.name]
    value = definition.of(now.numerator, now.denominator)
    earlier = definition.of(before.numerator, before.denominator) if before else None
    moved = change(value, earlier, definition.better)
    tone = moved.tone if moved else ""
    arrow = {"up": "▲", "down": "▼", "same": "＝"}[moved.direction] if moved else "—"
    word = {"worse": _("worse"), "better": _("better")}.get(tone, "")
    column = Column("value", "", definition.kind, places=definition.places)
    return {
        "key": f"{now.institution_id}/{now.name}", "label": str(definition.label),
        "community": now.institution.in_language(language()), "written": column.written(value) or "—",
        "written_before": column.written(earlier) or "—", "told": f"{arrow} {word}".strip(), "tone": tone,
        "mark": {"worse": "bad", "better": "good"}.get(tone, ""), "numerator": now.numerator,
        "denominator": now.denominator, "formula": str(definition.formula),
    }  # fmt: skip
