"""Departments: time index against cost index, the table, and beside it the groups of one department."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.presentation.focus import Focus, focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.casemix_payment import queries
from yigongti.systems.casemix_payment.pages import charts, sentences
from yigongti.systems.casemix_payment.pages.columns import department_label, figure_columns, with_figures
from yigongti.systems.casemix_payment.pages.overview import not_closed

FIGURES = (
    "cases", "cmi", "in_group_rate", "normal_rate", "cost_index", "time_index", "pay", "cost", "balance", "weight",
    "mean_cost", "mean_stay",
)  # fmt: skip


@permitted("casemix_payment.see")
def departments(request: HttpRequest) -> HttpResponse:
    """The quadrant and the table; ?open=<institution>~<department> opens its groups beside."""
    focus = focus_of(request)
    month = queries.published(focus.month)
    if month is None:
        return not_closed(request)
    rows = department_rows(request, focus)
    losing = sum(1 for row in rows if row["balance"] < 0)
    worst = min(((row["label"], row["balance"]) for row in rows), key=lambda row: row[1], default=None)
    language = get_language() or "zh-hans"
    columns = [
        Column("label", _("Department"), link=lambda row: row["href"], beside="detail"),
        Column("institution", _("Institution"), hidden=True),
        *figure_columns(FIGURES, hidden=("weight", "normal_rate", "mean_cost", "mean_stay")),
        Column("score", _("Score"), "number", places=0),
        Column("assessment", _("Assessment"), mark=lambda row: row["assessment_mark"]),
    ]
    context = {
        "focus": focus,
        "month": month,
        "sentence": sentences.departments(len(rows), losing, worst),
        "quadrant": charts.quadrant(rows),
        "detail": _detail(request, focus, rows),
        "open": request.GET.get("open", ""),
        "table_keep": ["open"],
        "language": language,
    }
    table = Table(
        "casemix-departments", columns, key="key", order="balance", row_link=lambda row: row["href"], size=200
    )
    return table.respond(request, rows, "casemix_payment/departments.html", context)


def department_rows(request: HttpRequest, focus: Focus) -> list[dict[str, Any]]:
    """Every department of the focus with its figures and score."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = queries.summed(
        queries.statement(actor, focus.month, focus.institution_ids), "institution_id", "department_code"
    )
    ids = sorted({row["institution_id"] for row in rows})
    names, institutions = queries.department_names(ids), queries.institutions(ids)
    scores = {
        (score.institution_id, score.department_code): score
        for score in queries.scores(actor, focus.month, focus.institution_ids)
    }
    language = get_language() or "zh-hans"
    found = with_figures(
        rows,
        key=lambda row: f"{institutions[row['institution_id']].code}~{row['department_code']}",
        institution=lambda row: institutions[row["institution_id"]].in_language(language),
        label=lambda row: department_label(names, row["institution_id"], row["department_code"]),
    )
    several = len(ids) > 1
    for row in found:
        score = scores.get((row["institution_id"], row["department_code"]))
        if several:
            row["label"] = f"{row['label']} · {_shortly(institutions[row['institution_id']], focus, language)}"
        row["href"] = "?" + urlencode({**_kept(request), "open": row["key"]})
        row["score"] = score.score if score else None
        row["assessment"] = (
            ""
            if score is None
            else _("Assessed")
            if score.assessed
            else (_("Not assessed: %(reason)s") % {"reason": score.reason_in_language(language)})
        )
        row["assessment_mark"] = "due" if score and not score.assessed else ""
    return found


def _shortly(institution: Institution, focus: Focus, language: str) -> str:
    """The short name; else the name without that of the county that is looked at."""
    name = institution.in_language(language)
    above = focus.institution.in_language(language) if focus.institution else ""
    return institution.short_name or (name.removeprefix(above).strip() or name)


def _kept(request: HttpRequest) -> dict[str, str]:
    return {name: value for name, value in request.GET.items() if name not in ("open", "export")}


def _detail(request: HttpRequest, focus: Focus, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The groups of the opened department, the largest loss first, each leading to its cases."""
    opened = request.GET.get("open", "")
    if not opened:
        return None
    row = next((row for row in rows if row["key"] == opened), None)
    if row is None:
        raise NotFound(
            "casemix.department_not_found",
            zh="没有这个科室，或您无权查看",
            en="there is no such department, or it is not yours to see",
            where=opened,
        )
    actor = request.actor  # type: ignore[attr-defined]
    own = queries.statement(actor, focus.month, [row["institution_id"]]).filter(department_code=row["department_code"])
    names = queries.group_names(focus.month)
    code = opened.split("~")[0]
    groups = with_figures(
        queries.summed(own, "drg"),
        name=lambda group: names.get(group["drg"], ""),
        href=lambda group: (
            reverse("casemix_payment:cases")
            + "?"
            + urlencode(
                {
                    "institution": code,
                    "month": str(focus.month),
                    "department": row["department_code"],
                    "drg": group["drg"],
                }
            )
        ),
    )
    groups.sort(key=lambda group: group["balance"])
    worst = (groups[0]["drg"], groups[0]["balance"], groups[0]["cases"]) if groups else None
    return {
        "row": row,
        "groups": groups,
        "sentence": sentences.one_department(row["label"], row["balance"], worst),
        "all_cases": reverse("casemix_payment:cases")
        + "?"
        + urlencode({"institution": code, "month": str(focus.month), "department": row["department_code"]}),
    }
