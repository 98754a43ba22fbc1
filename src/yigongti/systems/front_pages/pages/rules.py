"""The catalogue of rules: what each asks, where it comes from, whether that was checked, how often it is broken."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.front_pages import queries
from yigongti.systems.front_pages.pages.columns import DIMENSION_WORDS, SEVERITY_WORDS, choices, language, word
from yigongti.systems.front_pages.rule_words import column_label, rulebook


@permitted("front_pages.see")
def rules(request: HttpRequest) -> HttpResponse:
    """All rules in force at the month's end; ?open=<rule> tells one beside the list."""
    focus = focus_of(request)
    book = rulebook(focus.month)
    actor = request.actor  # type: ignore[attr-defined]
    hits = queries.hits_by_rule(queries.defects(actor, focus.month, focus.institution_ids))
    in_force = book.in_force(focus.month.last_day)
    kept = {name: value for name, value in request.GET.items() if name not in ("open", "export")}
    rows: list[dict[str, Any]] = []
    for rule in in_force:
        item = book.card.items.get(rule.item)
        source = policy().sources.get(rule.source)
        rows.append(
            {
                "rule": rule.id, "label": rule.label.in_language(language()), "severity": rule.severity,
                "dimension": rule.dimension, "column": column_label(rule.column).in_language(language()),
                "points": book.card.deducts(rule), "hits": hits.get(rule.id, 0),
                "class": item.item_class if item and rule.severity == "error" else "",
                "source": source.title.in_language(language()) if source else rule.source,
                "checked": "yes" if source and source.checked else "no",
                "wrong": rule.wrong.in_language(language()), "mend": rule.mend.in_language(language()),
            }
        )  # fmt: skip
    opened = request.GET.get("open", "")
    context = {
        "focus": focus,
        "month": queries.judged(focus.month),
        "count": len(rows),
        "broken": sum(row["hits"] > 0 for row in rows),
        "unchecked": sum(row["checked"] == "no" for row in rows),
        "detail": _detail(book, opened, hits, focus.query) if opened else None,
    }
    checked = [("yes", _("checked against the source")), ("no", _("wording not checked"))]
    columns = [
        Column("label", _("Rule"), link=lambda row: "?" + urlencode({**kept, "open": row["rule"]}), beside="detail"),
        Column(
            "severity", _("Severity"), choices=choices(SEVERITY_WORDS),
            value=lambda row: word(SEVERITY_WORDS, row["severity"]),
            mark=lambda row: "bad" if row["severity"] == "error" else "due",
        ),
        Column("hits", _("Broken by pages"), "count", total=True),
        Column("points", _("Points lost"), "number", places=1),
        Column("class", _("Class"), hidden=True),
        Column("dimension", _("Dimension"), choices=choices(DIMENSION_WORDS), hidden=True,
               value=lambda row: word(DIMENSION_WORDS, row["dimension"])),
        Column("column", _("Column"), hidden=True),
        Column("checked", _("Source checked"), choices=checked, value=lambda row: dict(checked)[row["checked"]],
               mark=lambda row: "" if row["checked"] == "yes" else "due"),
        Column("source", _("Source"), hidden=True),
        Column("wrong", _("What is wrong"), hidden=True),
        Column("mend", _("What to do"), hidden=True),
        Column("rule", _("Rule number"), hidden=True),
    ]  # fmt: skip
    table = Table(
        "rules", columns, key="rule", order="-hits", size=200,
        row_link=lambda row: "?" + urlencode({**kept, "open": row["rule"]}),
    )  # fmt: skip
    return table.respond(request, rows, "front_pages/rules.html", context)


def _detail(book: Any, opened: str, hits: dict[str, int], query: str) -> dict[str, Any]:
    rule = next((rule for rule in book.rules if rule.id == opened), None)
    if rule is None:
        raise NotFound("front_pages.rule_unknown", zh="没有这条规则", en="there is no such rule", where=opened)
    return {
        "rule": rule,
        "column": column_label(rule.column),
        "columns": [column_label(name) for name in rule.columns],
        "severity": word(SEVERITY_WORDS, rule.severity),
        "dimension": word(DIMENSION_WORDS, rule.dimension),
        "item": book.card.items.get(rule.item),
        "deducts": book.card.deducts(rule),
        "source": policy().sources.get(rule.source),
        "hits": hits.get(rule.id, 0),
        "href": reverse("front_pages:defects") + f"?{query}&" + urlencode({"where_rule": rule.id}),
    }
