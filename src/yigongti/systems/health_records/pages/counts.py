"""Counts for supervisors: how many residents are registered, have a record, and how fresh and complete that is. No page
here shows a person."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, Sum
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.kernel.presentation.tables.column import Row
from yigongti.systems.health_records import queries

FIGURES = ("registered", "with_record", "fresh", "complete", "doubtful")


@permitted("overview.see")
def counts(request: HttpRequest) -> HttpResponse:
    """By institution; ?by=village by village too."""
    focus = focus_of(request)
    rows = queries.counts(focus.institution_ids)
    by_village = request.GET.get("by") == "village"
    total = rows.order_by().aggregate(**{name: Sum(name) for name in FIGURES}, counted=Max("counted_at"))
    by = ["institution_id", "village_code"] if by_village else ["institution_id"]
    found = (
        rows.order_by(*by)
        .values(*by)
        .annotate(**{f"sum_{name}": Sum(name) for name in FIGURES}, last=Max("last_written_at"))
    )
    names = queries.institution_names({row["institution_id"] for row in found})
    shown = [_row(row, names) for row in found]
    context = {
        "total": {name: total[name] or 0 for name in FIGURES},
        "share": _share(total["with_record"], total["registered"]),
        "complete_share": _share(total["complete"], total["registered"]),
        "counted_at": total["counted"],
        "by_village": by_village,
        "focus": focus,
        "language": get_language(),
    }
    return _table(by_village).respond(request, shown, "health_records/counts.html", context)


def _share(part: int | None, whole: int | None) -> float | None:
    return part / whole if part is not None and whole else None


def _row(row: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    sums = {name: row[f"sum_{name}"] for name in FIGURES}
    return {
        "key": f"{row['institution_id']}/{row.get('village_code', '')}",
        "institution": names.get(row["institution_id"], ""),
        "village_code": row.get("village_code", ""),
        **sums,
        "record_share": _share(sums["with_record"], sums["registered"]),
        "fresh_share": _share(sums["fresh"], sums["with_record"]),
        "complete_share": _share(sums["complete"], sums["registered"]),
        "last": row["last"],
    }


def _low(name: str) -> Any:
    def mark(row: Row) -> str:
        share = row[name]
        return "" if share is None or share >= 0.9 else "due"

    return mark


def _table(by_village: bool) -> Table:
    columns = [
        Column("institution", _("Institution")),
        *([Column("village_code", _("Village"))] if by_village else []),
        Column("registered", _("Registered"), "count", total=True),
        Column("with_record", _("With a record"), "count", total=True),
        Column("record_share", _("Share with a record"), "percent"),
        Column("fresh", _("Written to within a year"), "count", total=True),
        Column("fresh_share", _("Share written to within a year"), "percent"),
        Column("complete", _("Registration complete"), "count", total=True),
        Column("complete_share", _("Share of complete registrations"), "percent", mark=_low("complete_share")),
        Column("doubtful", _("In doubtful pairs"), "count", total=True),
        Column("last", _("Last written"), "instant", filterable=False),
    ]
    return Table("resident-counts", columns, key="key", order="institution")
