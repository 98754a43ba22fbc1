"""The month of a county or a hospital: what was found, by which check, at whom, and how the months go."""

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
from yigongti.systems.claim_checks import queries
from yigongti.systems.claim_checks.names import check_labels
from yigongti.systems.claim_checks.pages import charts, sentences
from yigongti.systems.claim_checks.pages.columns import department_label, institution_label
from yigongti.systems.claim_checks.wording import STRENGTH_ORDER

COURSE_MONTHS = 13


def not_checked(request: HttpRequest) -> HttpResponse:
    """Before the month's checks have run: what to do first."""
    return render(request, "claim_checks/not_checked.html", {"focus": focus_of(request)})


@permitted("claim_checks.see")
def overview(request: HttpRequest) -> HttpResponse:
    """The month in a sentence, by check, by month, by institution (or by department of one)."""
    focus = focus_of(request)
    month = queries.checked(focus.month)
    if month is None:
        return not_checked(request)
    units = units_of(request, focus)
    by_check = checks_of(request, focus)
    context = {
        "focus": focus,
        "month": month,
        "sentence": month_sentence(request, focus, by_check, units),
        "tiles": tiles_of(request, focus),
        "by_check": charts.by_check([(r["label"], r["strength"], r["counted"], r["href"]) for r in by_check]),
        "by_check_height": 80 + 24 * len(by_check),
        "course": _course(request, focus),
        "table_keep": [],
    }
    several = len({unit["institution_id"] for unit in units}) > 1
    columns = [
        Column("label", _("Institution") if several else _("Department"), link=lambda row: row["href"]),
        *_amount_columns(),
    ]
    table = Table(
        "claim-checks-month", columns, key="label", order="-counted", row_link=lambda row: row["href"], size=200
    )
    return table.respond(request, units, "claim_checks/overview.html", context)


def _amount_columns() -> list[Column]:
    return [
        Column("findings", _("Findings"), "count", total=True),
        Column("violation", _("Violations, yuan"), "money", total=True),
        Column("doubtful", _("Doubtful, yuan"), "money", total=True),
        Column("clue", _("Clues, yuan"), "money", total=True),
        Column("counted", _("Counted once, yuan"), "money", total=True),
        Column("before", _("Last month, yuan"), "money", total=True),
    ]


def units_of(request: HttpRequest, focus: Focus) -> list[dict[str, Any]]:
    """The institutions of the focus with their sums; the departments where there is one institution only."""
    actor = request.actor  # type: ignore[attr-defined]
    last = focus.month.plus(-1)
    rows = queries.sums(actor, [focus.month, last], focus.institution_ids)
    split = queries.summed(rows, "institution_id", "department_code", "month", "strength")
    ids = {row["institution_id"] for row in split}
    names, departments = queries.institutions(ids), queries.department_names(ids)
    several = len(ids) > 1
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for row in split:
        key = row["institution_id"], "" if several else row["department_code"]
        code = names[key[0]].code
        unit = found.setdefault(key, {
            "institution_id": key[0],
            "label": institution_label(names, key[0]) if several else department_label(departments, *key),
            "href": reverse("claim_checks:findings") + (
                f"?institution={code}&month={focus.month}" if several else f"?{focus.query}&department={key[1]}"
            ),
            "findings": 0, "counted": Decimal(0), "before": Decimal(0), **dict.fromkeys(STRENGTH_ORDER, Decimal(0)),
        })  # fmt: skip
        if row["month"] == str(last):
            unit["before"] += row["counted"]
        else:
            unit["findings"] += row["findings"]
            unit["counted"] += row["counted"]
            unit[row["strength"]] += row["counted"]
    return list(found.values())


def checks_of(request: HttpRequest, focus: Focus) -> list[dict[str, Any]]:
    """The checks that found something this month, with their sums, the dearest first."""
    rows = queries.sums(request.actor, [focus.month], focus.institution_ids)  # type: ignore[attr-defined]
    labels = check_labels()
    found = queries.summed(rows, "check_id", "strength")
    made = [
        {
            **row,
            "label": labels.get(row["check_id"], row["check_id"]),
            "href": reverse("claim_checks:findings") + f"?{focus.query}&where_check_id={row['check_id']}",
        }
        for row in found
    ]
    return sorted(made, key=lambda row: (-row["counted"], row["check_id"]))


def strength_sums(request: HttpRequest, focus: Focus, month: Month) -> dict[str, Any] | None:
    """Findings and yuan of the month, by strength; None for a month that was not checked."""
    if queries.checked(month) is None:
        return None
    rows = queries.sums(request.actor, [month], focus.institution_ids)  # type: ignore[attr-defined]
    split = queries.summed(rows, "strength")
    made: dict[str, Any] = {strength: queries.amount_of(split, strength) for strength in STRENGTH_ORDER}
    made["findings"] = sum(row["findings"] for row in split)
    made["counted"] = sum((row["counted"] for row in split), Decimal(0))
    return made


def month_sentence(
    request: HttpRequest, focus: Focus, by_check: list[dict[str, Any]], units: list[dict[str, Any]]
) -> str:
    """The month in one sentence."""
    now, before = (strength_sums(request, focus, month) for month in (focus.month, focus.month.plus(-1)))
    assert now is not None  # the caller has asked whether the month was checked
    main = (by_check[0]["label"], by_check[0]["counted"]) if by_check else None
    worst = max(units, key=lambda unit: unit["counted"], default=None)
    place = (worst["label"], worst["counted"]) if worst and worst["counted"] else None
    return sentences.month(focus.name, focus.month.in_language(sentences.language()), now, before, main, place)


def tiles_of(request: HttpRequest, focus: Focus) -> list[dict[str, Any]]:
    """Five figures with last month's beside."""
    now, before = (strength_sums(request, focus, month) for month in (focus.month, focus.month.plus(-1)))
    assert now is not None
    labels = {
        "findings": _("Findings"),
        "violation": _("Violations, yuan"),
        "doubtful": _("Doubtful, yuan"),
        "clue": _("Clues, yuan"),
        "counted": _("Counted once, yuan"),
    }
    address = reverse("claim_checks:findings") + f"?{focus.query}"
    return [
        {
            "name": name,
            "label": label,
            "value": now[name],
            "before": before[name] if before else None,
            "href": address + (f"&where_strength={name}" if name in STRENGTH_ORDER else ""),
        }
        for name, label in labels.items()
    ]


def _course(request: HttpRequest, focus: Focus) -> dict[str, Any]:
    months = [str(month) for month in queries.months_before(focus.month, COURSE_MONTHS)]
    rows = queries.sums(request.actor, map(Month.parse, months), focus.institution_ids)  # type: ignore[attr-defined]
    labels = check_labels()
    counts: dict[str, list[int]] = {}
    for row in queries.summed(rows, "check_id", "month"):
        values = counts.setdefault(labels.get(row["check_id"], row["check_id"]), [0] * len(months))
        values[months.index(row["month"])] += row["findings"]
    return charts.course(months, counts)
