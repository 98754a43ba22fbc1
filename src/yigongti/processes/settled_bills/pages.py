"""What was paid otherwise than the policy says: a month by institution, and the settlements themselves (待遇复算)."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.navigation import Entry
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.processes.settled_bills import queries
from yigongti.processes.settled_bills.behind_entries import settlements_behind
from yigongti.systems.benefits.public import care_words

_CARE_WORDS = care_words()


@permitted("benefits.see")
def recomputed(request: HttpRequest) -> HttpResponse:
    """The month by institution."""
    focus = focus_of(request)
    rows = queries.recomputed(focus.institution_ids, focus.month)
    name = "name_en" if _english() else "name"

    def rows_of(row: dict[str, str]) -> str:
        return f"{reverse('settled_bills:differences')}?institution={row['code']}&month={focus.month}"

    columns = [
        Column(name, _("Institution"), link=rows_of),
        Column("settlements", _("Settlements"), "count", total=True),
        Column("funds_paid", _("Paid by all funds, yuan"), "money", total=True),
        Column("differing", _("Settlements that differ"), "count", total=True),
        Column("difference", _("Paid too much, yuan"), "money", total=True),
    ]
    context = {
        "month": focus.month,
        "where": focus.name,
        "settlements": sum(row["settlements"] for row in rows),
        "differing": sum(row["differing"] for row in rows),
        "amount": sum((row["difference"] for row in rows), Decimal(0)),
    }
    table = Table("settled-bills-months", columns, key="id", order="-differing", row_link=rows_of)
    return table.respond(request, rows, "settled_bills/recomputed.html", context)


@permitted("benefits.see")
def differences(request: HttpRequest) -> HttpResponse:
    """The settlements of the month that were paid otherwise; the insured are told by the end of their number."""
    focus = focus_of(request)
    rows = queries.differences(focus.institution_ids, focus.month)
    name = "institution__name_en" if _english() else "institution__name"
    columns = [
        Column("settlement_number", _("Settlement number")),
        Column(name, _("Institution")),
        Column("insured_number", _("Insured number"), value=lambda row: _masked(row["insured_number"]),
               sortable=False, filterable=False),
        Column("care", _("Kind of benefit"), value=lambda row: str(_CARE_WORDS.get(row["care"], row["care"])),
               choices=list(_CARE_WORDS.items())),
        Column("settled_on", _("Settled on"), "date"),
        Column("total_cost", _("Total cost"), "money", total=True),
        Column("deductible_paid", _("Deductible charged"), "money"),
        Column("deductible_right", _("Deductible by policy"), "money"),
        Column("pool_fund_paid", _("Pool paid"), "money", total=True),
        Column("pool_fund_right", _("Pool by policy"), "money", total=True),
        Column("medical_assistance_paid", _("Assistance paid"), "money"),
        Column("medical_assistance_right", _("Assistance by policy"), "money"),
        Column("difference", _("Paid too much, yuan"), "money", total=True),
        Column("refused", _("Why it cannot be settled")),
    ]  # fmt: skip
    context = {"month": focus.month, "where": focus.name, "count": rows.count()}
    table = Table("settled-bills-differences", columns, order="-difference")
    return table.respond(request, rows, "settled_bills/differences.html", context)


@permitted("benefits.see")
def behind(request: HttpRequest) -> HttpResponse:
    """The settlements of an institution's month that came by file: what an entry of the books is the sum of."""
    focus, care = focus_of(request), request.GET.get("care", "")
    if care not in _CARE_WORDS:
        care = ""
    found = settlements_behind(request.actor, focus.institution, focus.month, care) if focus.institution else []  # type: ignore[attr-defined]
    columns = [
        Column("settlement_number", _("Settlement number")),
        Column("insured_number", _("Insured number"), value=lambda row: _masked(row["insured_number"]),
               sortable=False, filterable=False),
        Column("care", _("Kind of benefit"), value=lambda row: str(_CARE_WORDS.get(row["care"], row["care"])),
               choices=list(_CARE_WORDS.items())),
        Column("case_id", _("Case")),
        Column("ended_on", _("Discharged"), "date"),
        Column("settled_on", _("Settled on"), "date"),
        Column("total_cost", _("Total cost"), "money", total=True),
        Column("pool_fund", _("Pool"), "money", total=True),
        Column("critical_illness", _("Critical-illness insurance"), "money", total=True),
        Column("medical_assistance", _("Medical assistance"), "money", total=True),
        Column("other_funds", _("Other funds"), "money", total=True),
        Column("personal_account", _("Personal account"), "money", total=True),
        Column("cash", _("Cash"), "money", total=True),
    ]  # fmt: skip
    where = focus.institution.in_language(get_language() or "zh-hans") if focus.institution else ""
    context = {
        "month": focus.month, "where": where, "count": len(found), "care": _CARE_WORDS.get(care, ""),
        "pool_fund": sum((row["pool_fund"] for row in found), Decimal(0)),
    }  # fmt: skip
    table = Table("settled-bills-behind", columns, key="settlement_number", order="settlement_number")
    return table.respond(request, found, "settled_bills/behind.html", context)


def _english() -> bool:
    return (get_language() or "").startswith("en")


def _masked(number: str) -> str:
    return "*" * max(0, len(number) - 4) + number[-4:]


NAVIGATION = [
    Entry("fund", gettext_lazy("Benefits computed again"), "settled_bills:recomputed", "benefits.see", order=25)
]

urlpatterns = [
    path("", recomputed, name="recomputed"),
    path("differences/", differences, name="differences"),
    path("behind/", behind, name="behind"),
]
