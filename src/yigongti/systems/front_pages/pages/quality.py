"""The quality of a month: rates, their course, what is broken most, and who: institutions, departments, physicians."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.presentation.focus import Focus, focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.front_pages import queries
from yigongti.systems.front_pages.pages import charts, sentences
from yigongti.systems.front_pages.pages.columns import (
    department_label,
    language,
    person_label,
    quality_columns,
    with_rates,
)
from yigongti.systems.front_pages.rule_words import rules_by_id

COURSE_MONTHS = 13
MOST_FREQUENT = 10
BY = ("institution", "department", "physician")


def not_judged(request: HttpRequest) -> HttpResponse:
    """Before the first close of the month: what to do first."""
    return render(request, "front_pages/not_judged.html", {"focus": focus_of(request)})


@permitted("front_pages.see")
def overview(request: HttpRequest) -> HttpResponse:
    """The month in figures, against last month, with its course and its units."""
    focus = focus_of(request)
    actor = request.actor  # type: ignore[attr-defined]
    rows = queries.summaries(actor, focus.month, focus.institution_ids)
    now, before = now_and_before(actor, focus)
    if not now["pages"]:
        return not_judged(request)
    by = _by(request, rows)
    units = _units(rows, focus, by)
    worst = min(((unit["label"], unit["pass_rate"]) for unit in units), key=lambda unit: unit[1], default=None)
    name = focus.name
    context = {
        "focus": focus,
        "month": queries.judged(focus.month),
        "sentence": sentences.overview(name, focus.month, now, worst if len(units) > 1 else None),
        "tiles": tiles_of(now, before),
        "course": _course(actor, focus),
        "frequent": _frequent(actor, focus),
        "frequent_height": 60 + 26 * MOST_FREQUENT,
        "by": by,
        "bys": [("institution", _("Institution")), ("department", _("Department")), ("physician", _("Physician"))],
        "standards": _standards(focus),
        "table_keep": ["by"],
    }
    heads = {"institution": _("Institution"), "department": _("Department"), "physician": _("Physician")}
    columns = [Column("label", heads[by], link=lambda row: row["href"])]
    if by != "institution":
        columns.append(Column("institution", _("Institution")))
    if by == "physician":
        columns.append(Column("department", _("Department")))
    table = Table(
        f"record-quality-{by}", [*columns, *quality_columns()], key="key", order="mean_score",
        row_link=lambda row: row["href"], size=100,
    )  # fmt: skip
    return table.respond(request, units, "front_pages/quality.html", context)


def now_and_before(actor: Any, focus: Focus) -> tuple[dict[str, Any], dict[str, Any]]:
    """Sums and rates of the month and of the month before it; zero pages where there are none."""
    months = (focus.month, focus.month.plus(-1))
    sums = queries.sums_of_months(actor, months, focus.institution_ids)
    found = [sums.get(month, dict.fromkeys(queries.SUMS, 0)) for month in months]
    now, before = ({**one, **queries.rates(one)} for one in found)
    return now, before


def _by(request: HttpRequest, rows: Any) -> str:
    """What the units are: as asked, else institutions where there are several, else departments."""
    asked = request.GET.get("by", "")
    if asked in BY:
        return asked
    several = rows.order_by().values("institution_id").distinct()[:2]
    return "institution" if len(several) > 1 else "department"


_FIELDS = {
    "institution": ("institution_id",),
    "department": ("institution_id", "department_code"),
    "physician": ("institution_id", "department_code", "physician"),
}


def _units(rows: Any, focus: Focus, by: str) -> list[dict[str, Any]]:
    sums = queries.added_up_by(rows, *_FIELDS[by])
    ids = sorted({row["institution_id"] for row in sums})
    known, departments = queries.institutions(ids), queries.department_names(ids)
    staff = queries.staff_names(ids) if by == "physician" else {}
    units = []
    for row in sums:
        number = row["institution_id"]
        institution = known[number]
        code, physician = row.get("department_code", ""), row.get("physician", "")
        department = department_label(departments, number, code)
        query = {"institution": institution.code, "month": str(focus.month)}
        address = reverse("front_pages:quality")
        if by != "institution":
            address, query["where_department_code"] = reverse("front_pages:pages"), code
        if by == "physician":
            query["where_physician"] = physician
        label = {
            "institution": institution.in_language(language()), "department": department,
            "physician": person_label(staff, number, physician),
        }[by]  # fmt: skip
        units.append(
            with_rates(
                row, key=f"{number}~{code}~{physician}", label=label, department=department,
                institution=institution.in_language(language()), href=f"{address}?{urlencode(query)}",
            )
        )  # fmt: skip
    return units


def tiles_of(now: dict[str, Any], before: dict[str, Any]) -> list[dict[str, Any]]:
    """Figures with last month's: name, words, kind, better."""
    wanted = (
        ("pages", _("Front pages"), "count", ""),
        ("pass_rate", _("Pass rate"), "percent", "higher"),
        ("complete_rate", _("Complete rate"), "percent", "higher"),
        ("mean_score", _("Mean score"), "number", "higher"),
        ("mean_defects", _("Defects per page"), "number", "lower"),
        ("suggestions", _("Pages with suggestions"), "count", ""),
    )
    return [
        {
            "name": name, "label": label, "kind": kind, "better": better, "value": now[name],
            "before": before[name] if before["pages"] else None,
        }
        for name, label, kind, better in wanted
    ]  # fmt: skip


def _course(actor: Any, focus: Focus) -> dict[str, Any]:
    months = queries.judged_months(focus.month, COURSE_MONTHS)
    sums = queries.sums_of_months(actor, months, focus.institution_ids)
    rows = [{**row, **queries.rates(row)} for row in sums.values()]
    return charts.course([str(month) for month in sums], rows)


def _frequent(actor: Any, focus: Focus) -> dict[str, Any]:
    hits = queries.hits_by_rule(queries.defects(actor, focus.month, focus.institution_ids))
    rules = rules_by_id(focus.month)
    rows = []
    for rule, pages in sorted(hits.items(), key=lambda item: -item[1])[:MOST_FREQUENT]:
        known = rules.get(rule)
        words, severity = (known.label.in_language(language()), known.severity) if known else (rule, "")
        href = reverse("front_pages:defects") + f"?{focus.query}&" + urlencode({"where_rule": rule})
        rows.append((words, pages, severity, href))
    return charts.frequent(rows)


def _standards(focus: Focus) -> dict[str, Any]:
    """What passing and complete mean, with their sources."""
    day = focus.month.last_day
    return {
        "pass_score": policy().value("record_quality.pass_score", on=day),
        "pass_source": policy().source_of("record_quality.pass_score", on=day),
    }
