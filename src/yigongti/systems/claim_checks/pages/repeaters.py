"""Who comes again: institutions, departments and physicians with findings month after month (屡查屡犯)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.focus import Focus, focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.claim_checks import queries
from yigongti.systems.claim_checks.names import check_labels
from yigongti.systems.claim_checks.pages import sentences
from yigongti.systems.claim_checks.pages.columns import check_column, department_label, institution_label
from yigongti.systems.claim_checks.pages.overview import not_checked

MONTHS = 12
LEVELS = {
    "institution": ("institution_id",),
    "department": ("institution_id", "department_code"),
    "physician": ("institution_id", "department_code", "physician"),
}


@permitted("claim_checks.see")
def repeaters(request: HttpRequest) -> HttpResponse:
    """The same check at the same place in at least two of twelve months; ?by=institution, department, physician."""
    focus = focus_of(request)
    month = queries.checked(focus.month)
    if month is None:
        return not_checked(request)
    by = request.GET.get("by", "")
    by = by if by in LEVELS else "department"
    months = queries.months_before(focus.month, MONTHS)
    rows = _rows(request, focus, by, len(months))
    context = {
        "focus": focus,
        "month": month,
        "by": by,
        "levels": [
            ("institution", _("Institutions")),
            ("department", _("Departments")),
            ("physician", _("Physicians")),
        ],
        "sentence": sentences.repeaters(len({row["place"] for row in rows}), len(months)),
        "table_keep": ["by"],
    }
    columns = [
        Column("place", _("Who"), link=lambda row: row["href"]),
        check_column(check_labels()),
        Column("months", _("Months with findings"), "count"),
        Column("in_a_row", _("Months in a row until now"), "count"),
        Column("findings", _("Findings"), "count", total=True),
        Column("counted", _("Counted once, yuan"), "money", total=True),
        Column("this_month", _("This month, yuan"), "money", total=True),
    ]
    table = Table("claim-checks-repeaters", columns, key="key", order="-months", row_link=lambda row: row["href"])
    return table.respond(request, rows, "claim_checks/repeaters.html", context)


def _rows(request: HttpRequest, focus: Focus, by: str, count: int) -> list[dict[str, Any]]:
    actor = request.actor  # type: ignore[attr-defined]
    months = queries.months_before(focus.month, count)
    split = queries.summed(queries.sums(actor, months, focus.institution_ids), *LEVELS[by], "check_id", "month")
    ids = {row["institution_id"] for row in split}
    names, departments = queries.institutions(ids), queries.department_names(ids)
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in split:
        groups.setdefault((*(row[name] for name in LEVELS[by]), row["check_id"]), []).append(row)
    order = [str(month) for month in months]
    found = []
    for key, own in sorted(groups.items(), key=lambda pair: str(pair[0])):
        seen = {row["month"] for row in own}
        if len(seen) < 2 or (by == "physician" and not key[2]):
            continue
        parts = [institution_label(names, key[0])]
        if len(key) > 2:
            parts.append(department_label(departments, key[0], key[1]))
        if len(key) > 3:
            parts.append(key[2])
        address = f"?institution={names[key[0]].code}&month={focus.month}&where_check_id={key[-1]}"
        address += f"&department={key[1]}" if len(key) > 2 else ""
        found.append({
            "key": len(found), "place": " · ".join(parts), "check_id": key[-1], "months": len(seen),
            "in_a_row": _in_a_row(order, seen), "findings": sum(row["findings"] for row in own),
            "counted": sum((row["counted"] for row in own), Decimal(0)),
            "this_month": sum((row["counted"] for row in own if row["month"] == str(focus.month)), Decimal(0)),
            "href": reverse("claim_checks:findings") + address,
        })  # fmt: skip
    return found


def _in_a_row(order: list[str], seen: set[str]) -> int:
    """In how many of the latest months without a gap."""
    count = 0
    for month in reversed(order):
        if month not in seen:
            break
        count += 1
    return count
