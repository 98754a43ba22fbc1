"""The month of a county or a hospital: figures against last month, institutions beside each other, what they mean."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigongti.foundation.errors import NotFound
from yigongti.foundation.period import Month
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.presentation.focus import Focus, focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.casemix_payment import queries
from yigongti.systems.casemix_payment.definitions import DEFINITIONS, TILES, Definition, figures_of
from yigongti.systems.casemix_payment.pages import charts, sentences
from yigongti.systems.casemix_payment.pages.columns import department_label, figure_columns, with_figures

COURSE_MONTHS = 13
SHOWN = (
    "cases", "weight", "cmi", "in_group_rate", "normal_rate", "cost_index", "time_index", "low_risk_mortality", "pay",
    "cost", "balance", "mean_cost", "mean_stay",
)  # fmt: skip


def not_closed(request: HttpRequest) -> HttpResponse:
    """Before the first close of the month: what to do first."""
    return render(request, "casemix_payment/not_closed.html", {"focus": focus_of(request)})


@permitted("casemix_payment.see")
def overview(request: HttpRequest) -> HttpResponse:
    """The month: tiles, the course of the months, the institutions (or the departments of one)."""
    focus = focus_of(request)
    month = queries.published(focus.month)
    if month is None:
        return not_closed(request)
    actor = request.actor  # type: ignore[attr-defined]
    months = queries.months_before(focus.month, COURSE_MONTHS)
    sums = queries.totals_by_month(actor, {*months, focus.month, focus.month.plus(-1)}, focus.institution_ids)
    now, before = sums[focus.month], sums[focus.month.plus(-1)]
    units = units_of(request, focus)
    worst = min(((unit["label"], unit["balance"]) for unit in units), key=lambda unit: unit[1], default=None)
    language = get_language() or "zh-hans"
    name = focus.name
    context = {
        "focus": focus,
        "month": month,
        "sentence": sentences.overview(name, focus.month.in_language(language), {**now, **figures_of(now)}, worst),
        "tiles": tiles_of(focus, now, before if before["cases"] else {}, TILES),
        "balances": charts.balances([(unit["label"], unit["balance"], unit["href"]) for unit in units]),
        "balances_height": 80 + 26 * len(units),
        "course": _course([(month, sums[month]) for month in months]),
        "explained": request.GET.get("explain", ""),
        **_explanation(request, focus, now),
    }
    columns = [
        Column("label", _("Institution") if _several(units) else _("Department"), link=lambda row: row["href"]),
        *figure_columns(SHOWN, hidden=("weight", "normal_rate", "mean_cost", "mean_stay")),
    ]
    table = Table("casemix-month", columns, key="label", order="balance", row_link=lambda row: row["href"], size=200)
    return table.respond(request, units, "casemix_payment/overview.html", context)


def units_of(request: HttpRequest, focus: Focus) -> list[dict[str, Any]]:
    """The institutions of the focus; the departments where there is one institution only."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = queries.statement(actor, focus.month, focus.institution_ids)
    by_institution = queries.summed(rows, "institution_id")
    if len(by_institution) > 1:
        known = queries.institutions(row["institution_id"] for row in by_institution)
        language = get_language() or "zh-hans"
        return with_figures(
            by_institution,
            several=lambda row: True,
            label=lambda row: known[row["institution_id"]].in_language(language),
            href=lambda row: (
                reverse("casemix_payment:departments")
                + f"?institution={known[row['institution_id']].code}&month={focus.month}"
            ),
        )
    departments = queries.department_names([row["institution_id"] for row in by_institution])
    known = queries.institutions(row["institution_id"] for row in by_institution)
    return with_figures(
        queries.summed(rows, "institution_id", "department_code"),
        several=lambda row: False,
        label=lambda row: department_label(departments, row["institution_id"], row["department_code"]),
        href=lambda row: (
            reverse("casemix_payment:departments")
            + f"?{focus.query}&open={known[row['institution_id']].code}~{row['department_code']}"
        ),
    )


def _several(units: list[dict[str, Any]]) -> bool:
    return bool(units) and units[0]["several"]


def _low_risk_kept(focus: Focus) -> bool:
    return queries.groups_in_force(focus.month).filter(low_risk__isnull=False).exists()


def tiles_of(focus: Focus, now: dict[str, Any], before: dict[str, Any], names: Iterable[str]) -> list[dict[str, Any]]:
    """Figures with last month's. A low-risk list that nobody keeps is said, and is not shown as 0."""
    low_risk_kept = _low_risk_kept(focus)
    tiles = []
    for definition in (DEFINITIONS[name] for name in names):
        missing = definition.name == "low_risk_mortality" and not low_risk_kept
        tiles.append(
            {
                "definition": definition,
                "value": None if missing else _shown(definition, now),
                "before": _shown(definition, before) if before else None,
                "note": _("no list of low-risk groups is kept") if missing else "",
            }
        )
    return tiles


def _shown(definition: Definition, sums: dict[str, Any]) -> Any:
    """The figure to the places in which it is shown: a change that nobody can see is no change."""
    value = definition.of(sums)
    if not isinstance(value, Decimal) or definition.kind == "money":
        return value
    places = definition.places or (3 if definition.kind == "percent" else 0)
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _course(months: list[tuple[Month, dict[str, Any]]]) -> dict[str, Any]:
    cmi = [DEFINITIONS["cmi"].of(sums) for _month, sums in months]
    balance = [sums["balance"] for _month, sums in months]
    return charts.course([str(month) for month, _sums in months], cmi, balance)


def _explanation(request: HttpRequest, focus: Focus, sums: dict[str, Any]) -> dict[str, Any]:
    """What ?explain=<figure> opens: formula, numerator, denominator, source, release and snapshot."""
    name = request.GET.get("explain", "")
    if not name:
        return {"definition": None}
    definition = DEFINITIONS.get(name)
    if definition is None:
        raise NotFound(
            "casemix.figure_unknown", zh=f"没有名为 {name} 的指标", en=f"there is no figure {name}", where=name
        )
    return {
        "definition": definition,
        "value": definition.of(sums),
        "numerator": sums[definition.numerator],
        "denominator": sums[definition.denominator] if definition.denominator else None,
        "source": policy().sources.get(definition.source),
        "columns_read": _columns_read(definition),
    }


def _columns_read(definition: Definition) -> list[str]:
    return [name for name in (definition.numerator, definition.denominator) if name]
