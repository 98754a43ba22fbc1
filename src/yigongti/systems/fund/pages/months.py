"""The year's months: what was prepaid, kept back, deducted, set off and paid; with the entries in the books."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from yigongti.foundation.period import Month
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.focus import Focus, focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.fund import queries
from yigongti.systems.fund.models import MonthSettlement, Prepayment
from yigongti.systems.fund.pages.words import language

_MONEY = (
    "prepaid",
    "kept_back",
    "rolled_in",
    "deducted",
    "packaged",
    "difference",
    "other",
    "retained",
    "deposit",
    "set_off",
    "paid",
)


@permitted("fund.see")
def months(request: HttpRequest) -> HttpResponse:
    """A row for each month and community; ?open=<month> opens how its amounts came about."""
    focus = focus_of(request)
    prepaid = list(queries.prepayments(focus.institution_ids, focus.month.year))
    settled = list(queries.settlements(focus.institution_ids, focus.month.year))
    rows = _rows(prepaid, settled)
    columns = [
        Column("month", _("Month"), link=lambda row: row["href"], beside="detail"),
        Column("community", _("Community")),
        *(Column(name, label, "money", total=True) for name, label in _labels().items()),
    ]
    actor = request.actor  # type: ignore[attr-defined]
    context = {
        "focus": focus, "year": focus.month.year, "count": len(rows), "may_pay": actor.may("fund.pay"),
        "last_prepaid": _last(prepaid), "last_settled": _last(settled),
        "prepaid": any(row.month == str(focus.month) for row in prepaid),
        "settled": any(row.month == str(focus.month) for row in settled),
        "published": queries.published(focus.month) is not None,
        "contracts": queries.in_force(focus.institution_ids, focus.month.year),
        "detail": _detail(request, focus, prepaid, settled), "table_keep": ["open"],
        "sum_prepaid": sum((row["prepaid"] for row in rows), Decimal("0.00")),
        "sum_paid": sum((row["paid"] for row in rows), Decimal("0.00")),
    }  # fmt: skip
    table = Table("fund-payments", columns, key="key", order="-month", row_link=lambda row: row["href"], size=200)
    return table.respond(request, rows, "fund/months.html", context)


def _last(rows: Sequence[Prepayment | MonthSettlement]) -> str:
    """The last month among them, in the reader's words; a dash where there is none."""
    last = max((row.month for row in rows), default="")
    return Month.parse(last).in_language(language()) if last else "—"


def _labels() -> dict[str, str]:
    return {
        "prepaid": _("Prepaid"),
        "kept_back": _("Kept back of the share"),
        "rolled_in": _("Deductions handed out again"),
        "deducted": _("Deducted after rulings"),
        "packaged": _("Bills of the package"),
        "difference": _("Difference by group"),
        "other": _("Other funds"),
        "retained": _("Kept back for the assessment"),
        "deposit": _("Quality deposit"),
        "set_off": _("Set off"),
        "paid": _("Paid"),
    }


def _rows(prepaid: list[Prepayment], settled: list[MonthSettlement]) -> list[dict[str, Any]]:
    found: dict[tuple[str, int], dict[str, Any]] = {}

    def row(month: str, place: Any) -> dict[str, Any]:
        made = {"month": month, "community": place.in_language(language()), "key": f"{month}/{place.pk}",
                "href": f"?open={month}&month={month}", **dict.fromkeys(_MONEY, Decimal("0.00"))}  # fmt: skip
        return found.setdefault((month, place.pk), made)

    for each in prepaid:
        own = row(each.month, each.institution)
        own |= {
            "prepaid": each.paid,
            "kept_back": each.retained,
            "rolled_in": each.rolled_in,
            "deducted": each.deducted,
        }
        found[each.month, each.institution_id] = own
    for line in settled:
        own = row(line.month, line.community or line.institution)
        for name in ("packaged", "difference", "other", "retained", "deposit", "set_off", "paid"):
            own[name] += getattr(line, name)
    return list(found.values())


def _detail(
    request: HttpRequest, focus: Focus, prepaid: list[Prepayment], settled: list[MonthSettlement]
) -> dict[str, Any] | None:
    month = request.GET.get("open", "")
    own, lines = [row for row in prepaid if row.month == month], [row for row in settled if row.month == month]
    if not own and not lines:
        return None
    chinese = "en" if language().startswith("en") else "zh"
    ledger = request.actor.may("ledger.see")  # type: ignore[attr-defined]
    return {
        "month": month,
        "prepayments": [
            {
                "row": each, "name": each.institution.in_language(language()),
                "steps": [(step["label"][chinese], step["sum"][chinese], step["amount"]) for step in each.steps],
                "deductions": list(each.deductions.select_related("against")),
                "entries": entries(f"prepayment:{month}/{each.institution.code}") if ledger else "",
            }
            for each in own
        ],
        "settlements": [
            {"row": line, "name": line.institution.in_language(language()),
             "grouped": f"{reverse('fund:grouped')}?month={month}",
             "entries": entries(f"month_settlement:{month}/{line.institution.code}") if ledger else ""}
            for line in lines
        ],
    }  # fmt: skip


def entries(cause: str) -> str:
    """Where the books show what this brought about; "" where there are no pages of books."""
    from urllib.parse import urlencode

    from django.urls import NoReverseMatch

    try:
        return reverse("ledger:cause") + "?" + urlencode({"of": cause})
    except NoReverseMatch:
        return ""
