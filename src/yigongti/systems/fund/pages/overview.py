"""The state of the fund: what is used of the year's quota, how fast, and when it ends."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yigongti.foundation.period import Month
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.focus import Focus, focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.fund import queries
from yigongti.systems.fund.definitions import CATEGORIES
from yigongti.systems.fund.pages import charts, sentences
from yigongti.systems.fund.pages.words import category, language
from yigongti.systems.fund.queries import YearSoFar

COURSE_MONTHS = 13
TWELVE = 12


def not_closed(request: HttpRequest) -> HttpResponse:
    """Before the first close of the month: what to do first."""
    return render(request, "fund/not_closed.html", {"focus": focus_of(request)})


@permitted("fund.see")
def overview(request: HttpRequest) -> HttpResponse:
    """The year of one community, or of all of them beside each other; the months by category in any case."""
    focus = focus_of(request)
    month = queries.published(focus.month)
    if month is None:
        return not_closed(request)
    found = queries.years(focus.institution_ids, focus.month)
    one = (
        found[0] if len(found) == 1 and focus.institution and found[0].institution_id == focus.institution.pk else None
    )
    months = [focus.month.plus(-back) for back in range(COURSE_MONTHS - 1, -1, -1)]
    by_month = _by_month(focus, months)
    spent = sum(by_month[str(focus.month)].values(), Decimal("0.00"))
    context: dict[str, Any] = {
        "focus": focus,
        "month": month,
        "sentence": said(focus, found, one, spent),
        "one": one,
        "progress": _progress(one, focus.month) if one else None,
        "course": _course(months, by_month, [one] if one else found),
        "year": _year(one) if one else None,
        "year_rows": _year_rows(one) if one else [],
        "communities": [] if one else _beside_each_other(found),
        "may_draw_up": request.actor.may("fund.contract"),  # type: ignore[attr-defined]
    }
    columns = [
        Column("month", _("Month")),
        *(Column(name, label, "money", total=True) for name, label in CATEGORIES.items()),
        Column("sum", _("Sum"), "money", total=True),
    ]
    rows = [
        {"month": text, **{name: own.get(name, Decimal("0.00")) for name in CATEGORIES}, "sum": sum(own.values())}
        for text, own in by_month.items()
    ]
    table = Table("fund-months", columns, key="month", order="-month")
    return table.respond(request, rows, "fund/overview.html", context)


def said(focus: Focus, found: list[YearSoFar], one: YearSoFar | None, spent: Decimal) -> str:
    """The first line."""
    month = focus.month.in_language(language())
    if one is not None or not found:
        return sentences.year_so_far(focus.name, month, one, spent)
    names = {each.institution_id: each.institution.in_language(language()) for each in found}
    return sentences.all_communities(month, found, names, spent)


def _by_month(focus: Focus, months: list[Month]) -> dict[str, dict[str, Decimal]]:
    found: dict[str, dict[str, Decimal]] = {str(month): {} for month in months}
    for row in queries.summed(queries.spending(focus.institution_ids, months), "month", "category"):
        found[row["month"]][row["category"]] = row["pool"]
    return found


def _course(months: list[Month], by_month: dict[str, dict[str, Decimal]], found: list[YearSoFar]) -> dict[str, Any]:
    names = [name for name in CATEGORIES if any(name in own for own in by_month.values())]
    series = {category(name): [by_month[str(month)].get(name, Decimal(0)) for month in months] for name in names}
    quotas = [each.quota for each in found]
    whole = all(quotas) and found  # a line for some of the communities only would mislead
    target = sum((quota for quota in quotas if quota), Decimal(0)) / TWELVE if whole else None
    return charts.months_by_category([str(month) for month in months], series, target)


def _progress(one: YearSoFar, month: Month) -> dict[str, Any] | None:
    """How much of the quota and of the year is gone, 0 to 1."""
    if not one.quota:
        return None
    gone = Decimal(month.number) / TWELVE
    used = one.settled / one.quota
    return {"used": used, "gone": gone, "ahead": used > gone, "left": one.quota - one.settled}


def _cumulated(one: YearSoFar) -> list[dict[str, Any]]:
    settled = expected = Decimal("0.00")
    rows = []
    for each in one.by_month:
        settled += Decimal(each["settled"])
        whole = each["expected"]
        expected += Decimal(each["settled"] if whole is None else whole)
        past = each["month"] <= one.month
        rows.append({
            "month": each["month"], "settled": Decimal(each["settled"]) if past else None,
            "expected": None if whole is None else Decimal(whole), "settled_sum": settled if past else None,
            "expected_sum": expected if one.expected is not None else None,
        })  # fmt: skip
    return rows


def _year(one: YearSoFar) -> dict[str, Any]:
    rows = _cumulated(one)
    return charts.year_course(
        [row["month"] for row in rows], [row["settled_sum"] for row in rows], [row["expected_sum"] for row in rows],
        one.quota, one.low, one.high,
    )  # fmt: skip


def _year_rows(one: YearSoFar) -> list[dict[str, Any]]:
    return _cumulated(one)


def _beside_each_other(found: list[YearSoFar]) -> list[dict[str, Any]]:
    return [
        {
            "name": each.institution.in_language(language()),
            "href": reverse("fund:overview") + f"?institution={each.institution.code}&month={each.month}",
            "found": each,
            "used": each.settled / each.quota if each.quota else None,
        }
        for each in found
    ]
