"""Defects, front pages and the central lists: the rows behind the figures of a month."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.presentation.focus import Focus, focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.front_pages import queries
from yigongti.systems.front_pages.pages import sentences
from yigongti.systems.front_pages.pages.columns import (
    DIMENSION_WORDS,
    GRADE_MARKS,
    GRADE_WORDS,
    SEVERITY_WORDS,
    choices,
    department_label,
    language,
    person_label,
    word,
)
from yigongti.systems.front_pages.pages.quality import not_judged
from yigongti.systems.front_pages.rule_words import column_label, rulebook, rules_by_id

LISTS = {"day_surgery": "day_surgery", "minimally_invasive": "minimally_invasive", "level_four": "level_four_surgery"}
"""Flag of a front page → the central list of the policy."""


def page_address(institution_code: str, month: str, case_id: str) -> str:
    """Where one front page is shown."""
    return reverse("front_pages:page", args=[institution_code, case_id]) + f"?month={month}"


def _address(focus: Focus) -> Any:
    return lambda row: page_address(row["institution__code"], str(focus.month), row["case_id"])


def _place_columns(focus: Focus, rows: Any) -> list[Column]:
    """Department, physician and (for a county) institution of a row, with choices for the filter."""
    places = list(rows.order_by().values_list("institution_id", "department_code").distinct())
    ids = sorted({place[0] for place in places})
    departments, staff = queries.department_names(ids), queries.staff_names(ids)
    offered = {code: department_label(departments, number, code) for number, code in places if code}
    columns = [
        Column(
            "department_code", _("Department"), fields=["institution_id"], choices=sorted(offered.items()),
            value=lambda row: department_label(departments, row["institution_id"], row["department_code"]),
        ),
        Column(
            "physician", _("Physician"), fields=["institution_id"],
            value=lambda row: person_label(staff, row["institution_id"], row["physician"]),
        ),
    ]  # fmt: skip
    if len(ids) > 1:
        known = queries.institutions(ids)
        columns.append(
            Column(
                "institution_id", _("Institution"),
                choices=[(str(i), known[i].in_language(language())) for i in ids],
                value=lambda row: known[row["institution_id"]].in_language(language()),
            )
        )  # fmt: skip
    return columns


@permitted("front_pages.see")
def defects(request: HttpRequest) -> HttpResponse:
    """Every rule that a page breaks: filter by rule, severity, department; a row leads to its page."""
    focus = focus_of(request)
    actor = request.actor  # type: ignore[attr-defined]
    rows = queries.defects(actor, focus.month, focus.institution_ids)
    if queries.judged(focus.month) is None and not rows.exists():
        return not_judged(request)
    hits = queries.hits_by_rule(rows)
    rules = rules_by_id(focus.month)

    def said(rule: str, part: str) -> str:
        return getattr(rules[rule], part).in_language(language()) if rule in rules else rule

    most = max(hits.items(), key=lambda item: item[1], default=None)
    on_pages = rows.order_by().aggregate(n=Count("case_id", distinct=True))["n"]
    frequent = (said(most[0], "label"), most[1]) if most else None
    context = {
        "focus": focus,
        "month": queries.judged(focus.month),
        "sentence": sentences.defects(sum(hits.values()), on_pages, frequent),
    }
    columns = [
        Column("case_id", _("Case"), link=_address(focus), fields=["institution__code"]),
        Column(
            "severity", _("Severity"), choices=choices(SEVERITY_WORDS),
            value=lambda row: word(SEVERITY_WORDS, row["severity"]),
            mark=lambda row: "bad" if row["severity"] == "error" else "due",
        ),
        Column(
            "rule", _("Defect"), value=lambda row: said(row["rule"], "label"),
            choices=sorted(((rule, said(rule, "label")) for rule in hits), key=lambda pair: pair[1]),
        ),
        Column("column", _("Column"), value=lambda row: column_label(row["column"])),
        Column("deducts", _("Points lost"), "number", places=1),
        *_place_columns(focus, rows),
        Column(
            "dimension", _("Dimension"), choices=choices(DIMENSION_WORDS), hidden=True,
            value=lambda row: word(DIMENSION_WORDS, row["dimension"]),
        ),
        Column("wrong", _("What is wrong"), value=lambda row: said(row["rule"], "wrong"), hidden=True, sortable=False,
               filterable=False),
        Column("mend", _("What to do"), value=lambda row: said(row["rule"], "mend"), hidden=True, sortable=False,
               filterable=False),
    ]  # fmt: skip
    table = Table("defects", columns, order="-deducts", row_link=_address(focus), fields=["institution__code", "rule"])
    return table.respond(request, rows, "front_pages/defects.html", context)


@permitted("front_pages.see")
def pages(request: HttpRequest) -> HttpResponse:
    """The front pages of the month, the worst first."""
    focus = focus_of(request)
    rows = queries.front_pages(request.actor, focus.month, focus.institution_ids)  # type: ignore[attr-defined]
    if not rows.exists():
        return not_judged(request)
    context = {
        "focus": focus,
        "month": queries.judged(focus.month),
        "sentence": sentences.page_list(rows.count(), rows.filter(passes=False).count()),
    }
    table = Table(
        "front-pages", _page_columns(focus, rows), order="score", row_link=_address(focus), fields=["institution__code"]
    )
    return table.respond(request, rows, "front_pages/pages.html", context)


def _page_columns(focus: Focus, rows: Any) -> list[Column]:
    yes = [("True", _("yes")), ("False", _("no"))]

    def flag(name: str) -> Any:
        return lambda row: _("yes") if row[name] else _("no")

    return [
        Column("case_id", _("Case"), link=_address(focus), fields=["institution__code"]),
        Column("discharged_on", _("Discharged"), "date"),
        *_place_columns(focus, rows),
        Column("principal_diagnosis", _("Principal diagnosis")),
        Column("score", _("Score"), "number", places=1),
        Column(
            "grade", _("Grade"), choices=choices(GRADE_WORDS), value=lambda row: word(GRADE_WORDS, row["grade"]),
            mark=lambda row: GRADE_MARKS.get(row["grade"], ""),
        ),
        Column("passes", _("Passes"), choices=yes, value=flag("passes"),
               mark=lambda row: "" if row["passes"] else "bad"),
        Column("complete", _("Complete"), choices=yes, value=flag("complete"),
               mark=lambda row: "" if row["complete"] else "due"),
        Column("errors", _("Errors"), "count", total=True),
        Column("warnings", _("Warnings"), "count", total=True),
        Column("suggestions", _("Suggestions"), value=lambda row: len(row["suggestions"]) or "", sortable=False,
               filterable=False, hidden=True),
    ]  # fmt: skip


@permitted("front_pages.see")
def lists(request: HttpRequest) -> HttpResponse:
    """A central list (day surgery, minimally invasive, fourth level) and the month's cases that fall under it."""
    focus = focus_of(request)
    chosen = request.GET.get("list", "day_surgery")
    if chosen not in LISTS:
        raise NotFound("front_pages.list_unknown", zh="没有这个目录", en="there is no such list", where=chosen)
    everything = queries.front_pages(request.actor, focus.month, focus.institution_ids)  # type: ignore[attr-defined]
    codesets = rulebook(focus.month).codesets
    codeset = codesets[LISTS[chosen]]
    rows = everything.filter(**{chosen: True})
    name = codeset.label.in_language(language())
    context = {
        "focus": focus,
        "month": queries.judged(focus.month),
        "chosen": chosen,
        "tabs": [
            (flag, codesets[code].label, f"?{focus.query}&" + urlencode({"list": flag}))
            for flag, code in LISTS.items()
        ],
        "sentence": sentences.on_list(name, rows.count(), everything.count()),
        "codeset": codeset,
        "codes": sorted(codeset.labels.items()),
        "source": policy().sources.get(codeset.source),
        "table_keep": ["list"],
    }  # fmt: skip
    table = Table(
        f"list-{chosen}", _page_columns(focus, rows), order="discharged_on", row_link=_address(focus),
        fields=["institution__code"],
    )  # fmt: skip
    return table.respond(request, rows, "front_pages/lists.html", context)
