"""The board of what is late: which institution has how much of which kind in its hands, and for how long already."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.matters import registry
from yigongti.kernel.matters.hands import OPEN, visible
from yigongti.kernel.matters.models import Matter
from yigongti.kernel.matters.pages.sentences import language
from yigongti.kernel.matters.reading import calendar, due_of
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.presentation.focus import Focus, focus_of
from yigongti.kernel.presentation.tables import Column, Table

SEE = "matters.see_late"
AGES = (5, 20)
"""Working days at which the ages of the board are parted: up to a week, up to a month, longer."""


@permitted(SEE)
def board(request: HttpRequest) -> HttpResponse:
    """Institutions and kinds with what is late there, the most first; a row leads to its matters."""
    focus, today = focus_of(request), timezone.localdate()
    rows = _rows(late_matters(request, focus, today), focus, today)
    columns = [
        Column("institution", _("In the hands of"), link=lambda row: row["href"]),
        Column("kind", _("Kind of matter"), choices=_kind_choices(rows), value=lambda row: row["kind_label"]),
        Column("late", _("Late"), "count", total=True, mark=lambda row: "bad"),
        Column("up_to_week", _("Late up to %(n)s working days") % {"n": AGES[0]}, "count", total=True),
        Column("up_to_month", _("Late %(n)s to %(m)s working days") % {"n": AGES[0] + 1, "m": AGES[1]}, "count",
               total=True),
        Column("longer", _("Late longer"), "count", total=True, mark=lambda row: "bad" if row["longer"] else ""),
        Column("oldest", _("Longest, in working days"), "count"),
        Column("amount", _("Amount (yuan)"), "money", total=True),
    ]  # fmt: skip
    table = Table("late-matters", columns, key="key", order="-late", row_link=lambda row: row["href"], size=200)
    return table.respond(request, rows, "matters/late.html", {"focus": focus, "sentence": _sentence(rows)})


@permitted(SEE)
def rows(request: HttpRequest) -> HttpResponse:
    """The late matters of one institution (?at=) and kind (?of=), or all of them."""
    focus, today = focus_of(request), timezone.localdate()
    found = late_matters(request, focus, today)
    at, of = request.GET.get("at", ""), request.GET.get("of", "")
    place = Institution.objects.filter(code=at).first() if at else None
    if at:
        found = found.filter(holder_id=place.pk if place else 0)
    if of:
        found = found.filter(kind=of)
    kind = registry.kinds().get(of)
    context = {
        "focus": focus,
        "place": place.in_language(language()) if place else "",
        "kind": kind.label if kind else None,
        "count": found.count(),
    }
    table = Table("late-matters-rows", _row_columns(today), order="due_on", row_link=_address, fields=["id"])
    return table.respond(request, found, "matters/late_rows.html", context)


def late_matters(request: HttpRequest, focus: Focus, today: date) -> QuerySet[Matter]:
    """What is late in the hands of the institutions in focus, as far as it is the actor's to read."""
    within = Q(pk__in=[])
    for first, end in focus.reach:
        within |= Q(holder_id__gte=first, holder_id__lt=end)
    return visible(request.actor).filter(OPEN, within, due_on__lt=today)  # type: ignore[attr-defined]


def _days_back(today: date, days: int) -> date:
    """The earliest day that is at most so many working days before today."""
    day, counted = today, 0
    while counted < days:
        counted += calendar().is_worked(day)[0]
        day -= timedelta(days=1)
    return day


def _rows(found: QuerySet[Matter], focus: Focus, today: date) -> list[dict[str, Any]]:
    week, month = (_days_back(today, days) for days in AGES)
    sums = (
        found.order_by()
        .values("holder_id", "kind")
        .annotate(
            late=Count("id"),
            up_to_week=Count("id", filter=Q(due_on__gte=week)),
            up_to_month=Count("id", filter=Q(due_on__lt=week, due_on__gte=month)),
            longer=Count("id", filter=Q(due_on__lt=month)),
            first=Min("due_on"),
            sum_amount=Sum("amount"),
        )
    )
    lines = list(sums)
    places = Institution.objects.in_bulk({line["holder_id"] for line in lines})
    return [_row(line, places[line["holder_id"]], focus, today) for line in lines]


def _row(line: dict[str, Any], place: Institution, focus: Focus, today: date) -> dict[str, Any]:
    kind = registry.kinds().get(line["kind"])
    days = due_of(line["first"], today).days or 0
    query = urlencode({"at": place.code, "of": line["kind"]})
    return {
        "key": f"{place.code}~{line['kind']}",
        "institution": place.in_language(language()),
        "kind": line["kind"],
        "kind_label": kind.label.in_language(language()) if kind else line["kind"],
        "oldest": -days,
        "amount": line["sum_amount"],
        "href": reverse("matters:late_rows") + f"?{focus.query}&{query}",
        **{name: line[name] for name in ("late", "up_to_week", "up_to_month", "longer")},
    }


def _kind_choices(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return sorted({(row["kind"], row["kind_label"]) for row in rows})


def _sentence(rows: list[dict[str, Any]]) -> str:
    """The answer in words: how many, at how many institutions, and where most."""
    if not rows:
        return _("Nothing is late.")
    by_place: dict[str, int] = {}
    for row in rows:
        by_place[row["institution"]] = by_place.get(row["institution"], 0) + row["late"]
    most, count = max(by_place.items(), key=lambda item: item[1])
    late, places = sum(by_place.values()), len(by_place)
    said = ngettext("%(n)s matter is late", "%(n)s matters are late", late) % {"n": late}
    said += ngettext(" at %(n)s institution", " at %(n)s institutions", places) % {"n": places}
    oldest = max(row["oldest"] for row in rows)
    return said + _(", most at %(place)s (%(n)s); the longest for %(days)s working days.") % {
        "place": most, "n": count, "days": oldest,
    }  # fmt: skip


def _address(row: Any) -> str:
    return reverse("matters:matter", args=[row["id"]])


def _row_columns(today: date) -> list[Column]:
    english = language().startswith("en")
    labels = {kind.id: kind.label.in_language(language()) for kind in registry.kinds().values()}
    states = {(k.id, s.id): s.label.in_language(language()) for k in registry.kinds().values() for s in k.states}
    return [
        Column("title_en" if english else "title_zh", _("Matter"), link=_address, fields=["id"], sortable=False),
        Column("kind", _("Kind of matter"), choices=sorted(labels.items()),
               value=lambda row: labels.get(row["kind"], row["kind"])),
        Column("state", _("State"), value=lambda row: states.get((row["kind"], row["state"]), row["state"]),
               fields=["kind"], filterable=False),
        Column("due_on", _("Due on"), "date", mark=lambda row: "bad"),
        Column("state_since", _("Late, working days"), "count", fields=["due_on"], sortable=False, filterable=False,
               value=lambda row: -(due_of(row["due_on"], today).days or 0)),
        Column("holder__name_en" if english else "holder__name", _("In the hands of"), sortable=False),
        Column("institution__name_en" if english else "institution__name", _("About"), sortable=False),
        Column("department_code", _("Department code"), hidden=True),
        Column("month", _("Month"), hidden=True),
        Column("amount", _("Amount (yuan)"), "money"),
        Column("opened_by_name", _("Opened by"), value=lambda row: row["opened_by_name"] or _("The product")),
    ]  # fmt: skip
