"""Spending, from the category down to the disease: each level is a list whose rows lead to the next."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.focus import Focus, focus_of
from yigongti.kernel.presentation.numbers import row_number
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.fund import queries
from yigongti.systems.fund.pages import charts, sentences, words
from yigongti.systems.fund.pages.overview import not_closed

LEVELS = ("category", "place", "treated", "chapter")
"""Category, destination, institution, chapter of diseases; the last leads to the bills."""


@permitted("fund.see")
def spending(request: HttpRequest) -> HttpResponse:
    """The level that the address asks for."""
    focus = focus_of(request)
    if queries.published(focus.month) is None:
        return not_closed(request)
    chosen = {name: request.GET[name] for name in LEVELS if name in request.GET}
    level = next((name for name in LEVELS if name not in chosen), LEVELS[-1])
    rows = _rows(focus, chosen, level)
    spent = sum((row["pool"] for row in rows), Decimal("0.00"))
    largest = max(((row["label"], row["pool"]) for row in rows), key=lambda row: row[1], default=None)
    trail = _trail(focus, chosen)
    name = trail[-1]["label"] if trail else focus.name
    columns = [
        Column("label", _heading(level), link=lambda row: row["href"]),
        Column("cases", _("Bills"), "count", total=True),
        Column("total_cost", _("Total cost"), "money", total=True),
        Column("pool", _("Paid by the pool"), "money", total=True),
        Column("share", _("Part"), "percent"),
        Column("other_insurance", _("Other funds"), "money", total=True, hidden=True),
        Column("patient", _("Borne by patients"), "money", total=True),
        Column("mean", _("Paid per bill"), "money"),
    ]
    context = {
        "focus": focus,
        "sentence": sentences.drill(name, focus.month.in_language(words.language()), spent, largest),
        "bars": charts.bars([(row["label"], row["pool"], row["href"]) for row in rows]),
        "bars_height": 80 + 26 * len(rows),
        "trail": trail,
        "chosen": chosen,
        "last": level == LEVELS[-1],
        "may_see_bills": request.actor.may("benefits.see"),  # type: ignore[attr-defined]
    }
    for row in rows:
        row["share"] = row["pool"] / spent if spent else None
    table = Table("fund-spending", columns, key="key", order="-pool", row_link=lambda row: row["href"], size=200)
    return table.respond(request, rows, "fund/spending.html", context)


def _heading(level: str) -> str:
    return {
        "category": _("Category"),
        "place": _("Destination"),
        "treated": _("Institution"),
        "chapter": _("Disease"),
    }[level]


def _rows(focus: Focus, chosen: dict[str, str], level: str) -> list[dict[str, Any]]:
    found = queries.spending(focus.institution_ids, [focus.month])
    for name, value in chosen.items():
        if name == "treated":
            inside = row_number(value)
            found = found.filter(treated_at_id=inside) if inside else found.filter(treated_code=value[:22])
        elif not (name == "chapter" and level == "chapter"):
            found = found.filter(**{name: value})
    by = ("treated_at_id", "treated_code") if level == "treated" else (level,)
    sums = queries.summed(found, *by)
    institutions = queries.names([row.get("treated_at_id") for row in sums], words.language())
    chapters = words.chapter_names() if level == "chapter" else {}
    return [_row(focus, chosen, level, row, institutions, chapters) for row in sums]


def _row(
    focus: Focus, chosen: dict[str, str], level: str, row: dict[str, Any], institutions: dict[int, str],
    chapters: dict[str, str],
) -> dict[str, Any]:  # fmt: skip
    if level == "treated":
        inside = row["treated_at_id"]
        value = str(inside) if inside else row["treated_code"]
        label = institutions.get(inside, row["treated_code"]) if inside else row["treated_code"] or _("Not stated")
    else:
        value = row[level]
        label = {"category": words.category, "place": words.place}.get(level, lambda code: chapters.get(code, code))(
            value
        )
    told = {**chosen, level: value} if level != LEVELS[-1] else chosen
    return {
        **row, "key": value, "label": label, "mean": row["pool"] / row["cases"] if row["cases"] else None,
        "href": _address(focus, told),
    }  # fmt: skip


def _address(focus: Focus, chosen: dict[str, str]) -> str:
    return f"{reverse('fund:spending')}?{focus.query}" + (f"&{urlencode(chosen)}" if chosen else "")


def _trail(focus: Focus, chosen: dict[str, str]) -> list[dict[str, str]]:
    """The way down to here; each step leads back to its level."""
    found, so_far = [], {}
    for name, value in chosen.items():
        so_far[name] = value
        label = value
        if name == "treated" and row_number(value):
            label = queries.names([row_number(value)], words.language()).get(row_number(value), value)
        elif name == "chapter":
            label = words.chapter_names().get(value, value)
        elif name != "treated":
            label = {"category": words.category, "place": words.place}[name](value)
        found.append({"label": label, "href": _address(focus, dict(so_far))})
    return found
