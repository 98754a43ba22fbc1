"""Cases: the list, one case beside it, and the page of one case with its path, its pay and the what-if editor."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigongti.foundation.errors import NotPermitted
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.organisations.models import Department
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.casemix_payment import queries
from yigongti.systems.casemix_payment.explanation import explain_case, tried_codes
from yigongti.systems.casemix_payment.front_page import charged_item_names, front_page
from yigongti.systems.casemix_payment.models import CaseKind, PricedCase
from yigongti.systems.casemix_payment.pages import charts, sentences
from yigongti.systems.casemix_payment.pages.columns import department_label
from yigongti.systems.casemix_payment.pages.overview import not_closed

_KIND_MARKS = {CaseKind.HIGH: "due", CaseKind.LOW: "due", CaseKind.UNGROUPABLE: "bad", CaseKind.NO_COST: "bad"}
FILTERS = {"department": "department_code", "drg": "drg", "kind": "kind", "physician": "physician"}
"""Filters that links to this page set, beside those of the table: name in the address → field."""


def case_address(institution_code: str, month: str, case_id: str) -> str:
    """Where one case is explained."""
    return reverse("casemix_payment:case", args=[institution_code, case_id]) + f"?month={month}"


@permitted("casemix_payment.see_cases")
def cases(request: HttpRequest) -> HttpResponse:
    """The list; ?open=<institution>~<case> explains one case beside it."""
    focus = focus_of(request)
    month = queries.published(focus.month)
    if month is None:
        return not_closed(request)
    actor = request.actor  # type: ignore[attr-defined]
    rows = queries.cases(actor, focus.month, focus.institution_ids)
    chosen = {name: request.GET[name] for name in FILTERS if name in request.GET}
    rows = rows.filter(**{FILTERS[name]: value for name, value in chosen.items()})
    ids = list(rows.order_by().values_list("institution_id", flat=True).distinct())
    departments = queries.department_names(ids)
    sums = rows.order_by().aggregate(count=Count("id"), balance=Sum("balance"))
    opened = request.GET.get("open", "")
    detail, detail_href = None, ""
    if opened:
        code, _sign, case_id = opened.partition("~")
        detail = explain_case(queries.the_case(actor, focus.month, code, case_id), policy())
        detail_href = case_address(code, str(focus.month), case_id)
    context = {
        "focus": focus,
        "month": month,
        "chosen": _chosen(chosen, departments, ids),
        "sentence": sentences.cases(sums["count"], sums["balance"] or Decimal(0)),
        "detail": detail,
        "detail_href": detail_href,
        "table_keep": ["open", *FILTERS],
    }
    return _table(request, departments).respond(request, rows, "casemix_payment/cases.html", context)


def _table(request: HttpRequest, departments: dict[tuple[int, str], Department]) -> Table:
    kept = {name: value for name, value in request.GET.items() if name not in ("open", "export")}

    def beside(row: Any) -> str:
        return "?" + urlencode({**kept, "open": f"{row['institution__code']}~{row['case_id']}"})

    columns = [
        Column("case_id", _("Case"), link=beside, beside="detail", fields=["institution__code"]),
        Column("discharged_on", _("Discharged"), "date"),
        Column(
            "department_code",
            _("Department"),
            fields=["institution_id"],
            value=lambda row: department_label(departments, row["institution_id"], row["department_code"]),
        ),
        Column("physician", _("Physician"), hidden=True),
        Column("principal_diagnosis", _("Principal diagnosis")),
        Column("principal_procedure", _("Principal procedure"), hidden=True),
        Column("drg", _("Group"), mark=lambda row: "bad" if row["drg"] == "0000" else ""),
        Column("weight", _("Weight"), "number", places=4, total=True),
        Column(
            "kind",
            _("Kind"),
            choices=CaseKind.choices,
            value=lambda row: str(CaseKind(row["kind"]).label),
            mark=lambda row: _KIND_MARKS.get(CaseKind(row["kind"]), ""),
        ),
        Column("stay_days", _("Stay"), "count", total=True),
        Column("cost", _("Cost"), "money", total=True),
        Column("pay", _("Pay"), "money", total=True),
        Column("fund_pay", _("Fund's part"), "money", total=True, hidden=True),
        Column("balance", _("Balance"), "money", total=True),
        Column("insurance_type", _("Insurance"), hidden=True),
    ]
    return Table("casemix-cases", columns, order="balance", row_link=beside, fields=["institution__code", "case_id"])


def _chosen(
    chosen: dict[str, str], departments: dict[tuple[int, str], Department], ids: list[int]
) -> list[tuple[str, str]]:
    """The filters in words: (name of the filter, what it is set to)."""
    labels = {"department": _("Department"), "drg": _("Group"), "kind": _("Kind"), "physician": _("Physician")}
    said = []
    for name, value in chosen.items():
        if name == "department" and ids:
            value = department_label(departments, ids[0], value)
        if name == "kind" and value in CaseKind.values:
            value = str(CaseKind(value).label)
        said.append((labels[name], value))
    return said


@permitted("casemix_payment.see_cases")
def case(request: HttpRequest, institution_code: str, case_id: str) -> HttpResponse:
    """One case: why it came into its group, what it is paid, what would change it, and its front page."""
    focus = focus_of(request)
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_case(actor, focus.month, institution_code, case_id)
    month = queries.published(focus.month)
    page = front_page(found, month)
    explained = explain_case(
        found,
        policy(),
        page.raw if page else None,
        alternatives=True,
        item_names=lambda: charged_item_names(found, month),
    )
    departments = queries.department_names([found.institution_id])
    language = get_language() or "zh-hans"
    may_try = actor.may("casemix_payment.try_changes", found.institution_id)
    return render(
        request,
        "casemix_payment/case.html",
        {
            "focus": focus,
            "month": month,
            "case": found,
            "department": department_label(departments, found.institution_id, found.department_code),
            "explained": explained,
            "waterfall": charts.payment_waterfall(explained.waterfall),
            "page": page,
            "fees": charts.fee_groups([(text.in_language(language), amount) for text, amount in page.fee_groups])
            if page
            else None,
            "requests": queries.requests(actor, focus.month, [found.institution_id]).filter(case_id=case_id),
            "may_try": may_try,
            "may_ask": actor.may("casemix_payment.ask_change", found.institution_id),
            "outcome": tried(found, request) if may_try and "try" in request.GET else None,
        },
    )


@permitted("casemix_payment.try_changes")
def what_if(request: HttpRequest, institution_code: str, case_id: str) -> HttpResponse:
    """The fragment that the editor asks for: the group and pay by the codes as they now stand in the editor."""
    focus = focus_of(request)
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_case(actor, focus.month, institution_code, case_id)
    actor.require("casemix_payment.try_changes", found.institution_id)
    context = {
        "case": found,
        "outcome": tried(found, request),
        "focus": focus,
        "may_ask": actor.may("casemix_payment.ask_change", found.institution_id),
    }
    return render(request, "casemix_payment/outcome.html", context)


def tried(found: PricedCase, request: HttpRequest) -> dict[str, Any]:
    """What the codes in the address lead to, beside what was published. Raises InvalidInput for what is no code."""
    diagnoses, procedures = tried_codes(found, request.GET)
    month = queries.published(focus_of(request).month)
    page = front_page(found, month)
    explained = explain_case(
        found,
        policy(),
        page.raw if page else None,
        diagnoses=diagnoses,
        procedures=procedures,
        item_names=lambda: charged_item_names(found, month),
    )
    ask = {"month": found.month, "diagnoses": "|".join(diagnoses), "procedures": "|".join(procedures)}
    if not request.actor.may("casemix_payment.try_changes", found.institution_id):  # type: ignore[attr-defined]
        raise NotPermitted(
            "casemix.not_permitted_to_try", zh="您的岗位不能模拟分组", en="your posts do not allow trying groupings"
        )
    changed = "|".join(diagnoses) != found.diagnoses or "|".join(procedures) != found.procedures
    return {
        "explained": explained,
        "changed": changed,
        "weight_difference": _difference(explained.outcome.weight, found.weight),
        "pay_difference": _difference(explained.outcome.pay, found.pay),
        "ask": reverse("casemix_payment:ask", args=[found.institution.code, found.case_id]) + "?" + urlencode(ask),
    }


def _difference(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    return None if now is None and before is None else (now or Decimal(0)) - (before or Decimal(0))
