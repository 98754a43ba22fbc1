"""Groups: profit and loss by group, and beside it where a group's cases lie."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.focus import Focus, focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.casemix_payment import queries
from yigongti.systems.casemix_payment.pages import charts, sentences
from yigongti.systems.casemix_payment.pages.columns import department_label, figure_columns, with_figures
from yigongti.systems.casemix_payment.pages.overview import not_closed

FIGURES = ("cases", "pay", "cost", "balance", "mean_cost", "mean_stay", "cost_index", "time_index", "weight")
DRAWN = 15
"""Groups in the picture: those that lose or gain most; the table has all of them."""


@permitted("casemix_payment.see")
def groups(request: HttpRequest) -> HttpResponse:
    """Every group of the focus; ?open=<group> opens its departments beside."""
    focus = focus_of(request)
    month = queries.published(focus.month)
    if month is None:
        return not_closed(request)
    rows = _rows(request, focus)
    losing = sum(1 for row in rows if row["balance"] < 0)
    worst = min(((f"{row['drg']} {row['name']}", row["balance"]) for row in rows), key=lambda r: r[1], default=None)
    drawn = sorted(rows, key=lambda row: abs(row["balance"]), reverse=True)[:DRAWN]
    columns = [
        Column("drg", _("Group"), link=lambda row: row["href"], beside="detail"),
        Column("name", _("Name")),
        Column("group_weight", _("Weight of the group"), "number", places=4),
        *figure_columns(FIGURES, hidden=("weight", "mean_stay", "time_index")),
        Column("county_mean_cost", _("County's mean cost"), "money", hidden=True),
    ]
    context = {
        "focus": focus,
        "month": month,
        "sentence": sentences.groups(len(rows), losing, worst),
        "balances": charts.balances([(row["drg"], row["balance"], row["href"]) for row in drawn]),
        "balances_height": 80 + 24 * len(drawn),
        "drawn": len(drawn),
        "detail": _detail(request, focus, rows),
        "table_keep": ["open"],
    }
    table = Table("casemix-groups", columns, key="drg", order="balance", row_link=lambda row: row["href"], size=100)
    return table.respond(request, rows, "casemix_payment/groups.html", context)


def _rows(request: HttpRequest, focus: Focus) -> list[dict[str, Any]]:
    found = queries.summed(
        queries.statement(request.actor, focus.month, focus.institution_ids),
        "drg",  # type: ignore[attr-defined]
    )
    known = {group.drg: group for group in queries.groups_in_force(focus.month)}
    kept = {name: value for name, value in request.GET.items() if name not in ("open", "export")}
    return with_figures(
        found,
        name=lambda row: known[row["drg"]].name if row["drg"] in known else "",
        group_weight=lambda row: known[row["drg"]].weight if row["drg"] in known else None,
        county_mean_cost=lambda row: known[row["drg"]].county_mean_cost if row["drg"] in known else None,
        href=lambda row: "?" + urlencode({**kept, "open": row["drg"]}),
    )


def _detail(request: HttpRequest, focus: Focus, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    opened = request.GET.get("open", "")
    if not opened:
        return None
    row = next((row for row in rows if row["drg"] == opened), None)
    if row is None:
        raise NotFound(
            "casemix.group_not_found",
            zh="当月没有这个组的病例，或您无权查看",
            en="the month has no case of this group, or it is not yours to see",
            where=opened,
        )
    statement = queries.statement(request.actor, focus.month, focus.institution_ids)  # type: ignore[attr-defined]
    parts = queries.summed(statement.filter(drg=opened), "institution_id", "department_code")
    ids = sorted({part["institution_id"] for part in parts})
    names, institutions = queries.department_names(ids), queries.institutions(ids)
    cases = reverse("casemix_payment:cases")
    units = with_figures(
        parts,
        label=lambda part: department_label(names, part["institution_id"], part["department_code"]),
        institution=lambda part: institutions[part["institution_id"]],
        href=lambda part: (
            f"{cases}?"
            + urlencode(
                {
                    "institution": institutions[part["institution_id"]].code,
                    "month": str(focus.month),
                    "department": part["department_code"],
                    "drg": opened,
                }
            )
        ),
    )
    units.sort(key=lambda unit: unit["balance"])
    return {"row": row, "units": units, "all_cases": f"{cases}?{focus.query}&{urlencode({'drg': opened})}"}
