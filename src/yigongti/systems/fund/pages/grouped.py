"""Payment by group in a month: what it adds to the bills of each institution, how that came about, and case by case."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.focus import Focus, focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.fund.case_payments import case_payments, paid_cases
from yigongti.systems.fund.entries import CASE_PAYMENT
from yigongti.systems.fund.models import CasePayment
from yigongti.systems.fund.pages.contracts import SCHEMES
from yigongti.systems.fund.pages.months import entries
from yigongti.systems.fund.pages.words import language

_SEE_CASES = "casemix_payment.see_cases"


@permitted("fund.see")
def grouped(request: HttpRequest) -> HttpResponse:
    """A row for each institution and scheme; ?open=<institution>/<scheme> opens how its amounts came about."""
    focus = focus_of(request)
    found = list(case_payments(focus.institution_ids, [focus.month]))
    rows = [_row(each, focus) for each in found]
    columns = [
        Column("institution", _("Institution"), link=lambda row: row["href"], beside="detail"),
        Column("scheme", _("Insurance scheme")),
        Column("cases", _("Cases"), "count", total=True),
        Column("payment", _("Payment by group"), "money", total=True),
        Column("patients", _("Borne by patients and others"), "money", total=True),
        Column("fund", _("Fund's part"), "money", total=True),
        Column("claimed", _("Claimed by bills"), "money", total=True),
        Column("difference", _("Difference by group"), "money", total=True),
    ]
    context = {
        "focus": focus, "count": len(rows), "table_keep": ["open"], "detail": _detail(request, focus, found),
        "difference": sum((each.difference for each in found), Decimal("0.00")),
        "payment": sum((each.payment for each in found), Decimal("0.00")),
    }  # fmt: skip
    table = Table("fund-grouped", columns, key="key", order="difference", row_link=lambda row: row["href"], size=200)
    return table.respond(request, rows, "fund/grouped.html", context)


def _row(each: CasePayment, focus: Focus) -> dict[str, Any]:
    key = f"{each.institution.code}/{each.insurance_type}"
    names = ("cases", "payment", "patients", "fund", "claimed", "difference")
    return {
        "key": key, "href": "?" + urlencode({"month": str(focus.month), "open": key}),
        "institution": each.institution.in_language(language()), "scheme": _scheme(each.insurance_type),
        **{name: getattr(each, name) for name in names},
    }  # fmt: skip


def _scheme(code: str) -> str:
    return str(SCHEMES.get(code, code))


def _detail(request: HttpRequest, focus: Focus, found: list[CasePayment]) -> dict[str, Any] | None:
    code, _slash, scheme = request.GET.get("open", "").partition("/")
    own = next((each for each in found if (each.institution.code, each.insurance_type) == (code, scheme)), None)
    if own is None:
        return None
    short = "en" if language().startswith("en") else "zh"
    actor = request.actor  # type: ignore[attr-defined]
    chosen = {"month": str(focus.month), "at": code, "scheme": scheme}
    return {
        "name": own.institution.in_language(language()), "scheme": _scheme(scheme),
        "steps": [(step["label"][short], step["sum"][short], step["amount"]) for step in own.steps],
        "cases": f"{reverse('fund:grouped_cases')}?{urlencode(chosen)}",
        "entries": entries(f"{CASE_PAYMENT}:{focus.month}/{code}") if actor.may("ledger.see") else "",
    }  # fmt: skip


@permitted("fund.see")
def grouped_cases(request: HttpRequest) -> HttpResponse:
    """The cases behind the sums; ?at=<institution>, ?scheme=<scheme>. Each leads to where its group and pay are
    explained, for those who may see that."""
    focus = focus_of(request)
    rows = paid_cases(focus.institution_ids, focus.month).annotate(
        others=F("cost") - F("claimed"), borne=F("claimed") + F("difference")
    )
    filters = {"at": "institution__code", "scheme": "insurance_type"}
    chosen = {name: request.GET[name] for name in filters if request.GET.get(name)}
    rows = rows.filter(**{filters[name]: value for name, value in chosen.items()})
    may = request.actor.may(_SEE_CASES)  # type: ignore[attr-defined]
    columns = [
        Column("case_id", _("Case"), link=(lambda row: _explained(row)) if may else None,
               fields=["institution__code", "priced_month"]),
        Column("institution__code", _("Institution")),
        Column("insurance_type", _("Insurance scheme"), value=lambda row: _scheme(row["insurance_type"])),
        Column("cost", _("Cost"), "money", total=True),
        Column("payment", _("Payment by group"), "money", total=True),
        Column("others", _("Borne by patients and others"), "money", total=True),
        Column("borne", _("Fund's part"), "money", total=True),
        Column("claimed", _("Claimed by bills"), "money", total=True),
        Column("difference", _("Difference by group"), "money", total=True),
    ]  # fmt: skip
    context = {"focus": focus, "chosen": chosen, "table_keep": list(filters), "back": reverse("fund:grouped")}
    table = Table("fund-grouped-cases", columns, order="difference")
    return table.respond(request, rows, "fund/grouped_cases.html", context)


def _explained(row: dict[str, Any]) -> str:
    """The page of case-mix payment for the case; "" for one that is not priced any more."""
    if not row["priced_month"]:
        return ""
    try:
        page = reverse("casemix_payment:case", args=[row["institution__code"], row["case_id"]])
    except NoReverseMatch:
        return ""
    return f"{page}?month={row['priced_month']}"
