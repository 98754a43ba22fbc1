"""What leaves the own community: by township, by disease, by destination; where the money flows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.focus import Focus, focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.fund import queries
from yigongti.systems.fund.pages import charts, sentences, words
from yigongti.systems.fund.pages.overview import not_closed

SIDES = ("township", "disease", "destination")
_COLUMNS = {"township": "township_id", "disease": "chapter", "destination": "place"}


@permitted("fund.see")
def leakage(request: HttpRequest) -> HttpResponse:
    """By the side that the address names: ?by=township, disease or destination."""
    focus = focus_of(request)
    if queries.published(focus.month) is None:
        return not_closed(request)
    side = request.GET.get("by", "")
    side = side if side in SIDES else SIDES[0]
    rows = _rows(focus, side)
    outside, everything = (sum((row[name] for row in rows), Decimal("0.00")) for name in ("outside", "pool"))
    worst = max(((row["label"], row["outside"]) for row in rows), key=lambda row: row[1], default=None)
    links = _flows(focus)
    columns = [
        Column("label", {"township": _("Township"), "disease": _("Disease"), "destination": _("Destination")}[side]),
        Column("pool", _("Paid by the pool"), "money", total=True),
        Column("outside", _("Outside the own community"), "money", total=True),
        Column("share", _("Part outside"), "percent"),
        Column("cases", _("Bills"), "count", total=True),
        Column("outside_cases", _("Bills outside"), "count", total=True),
    ]
    context = {
        "focus": focus, "side": side, "sides": [(name, _side(name)) for name in SIDES],
        "sentence": sentences.leakage(focus.month.in_language(words.language()), outside, everything, worst),
        "bars": charts.bars([(row["label"], row["outside"], "") for row in rows if row["outside"]]),
        "bars_height": 80 + 26 * sum(1 for row in rows if row["outside"]),
        "flows": charts.flows(links) if links else None, "table_keep": ["by"],
    }  # fmt: skip
    table = Table("fund-leakage", columns, key="key", order="-outside", size=200)
    return table.respond(request, rows, "fund/leakage.html", context)


def _side(name: str) -> str:
    return {"township": _("By township"), "disease": _("By disease"), "destination": _("By destination")}[name]


def _rows(focus: Focus, side: str) -> list[dict[str, Any]]:
    column = _COLUMNS[side]
    found: dict[Any, dict[str, Any]] = {}
    by = (column,) if column == "place" else (column, "place")
    for row in queries.summed(queries.spending(focus.institution_ids, [focus.month]), *by):
        own = found.setdefault(
            row[column],
            {"key": str(row[column] or ""), "pool": Decimal("0.00"), "outside": Decimal("0.00"), "cases": 0,
             "outside_cases": 0},
        )  # fmt: skip
        own["pool"] += row["pool"]
        own["cases"] += row["cases"]
        if row["place"] != "community":
            own["outside"] += row["pool"]
            own["outside_cases"] += row["cases"]
    labels = _labels(side, found)
    return [
        {**own, "label": labels(value), "share": own["outside"] / own["pool"] if own["pool"] else None}
        for value, own in found.items()
    ]


def _labels(side: str, values: Any) -> Any:
    if side == "township":
        names = queries.names(values, words.language())
        return lambda value: names.get(value, _("Not registered anywhere"))
    if side == "disease":
        chapters = words.chapter_names()
        return lambda value: chapters.get(value, value)
    return words.place


def _flows(focus: Focus) -> list[tuple[str, str, Decimal]]:
    rows = queries.spending(focus.institution_ids, [focus.month]).exclude(place="community")
    sums = queries.summed(rows, "township_id", "place")
    names = queries.names([row["township_id"] for row in sums], words.language())
    return [
        (names.get(row["township_id"], _("Not registered anywhere")), words.place(row["place"]), row["pool"])
        for row in sums
        if row["pool"] > 0
    ]
