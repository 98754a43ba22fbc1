"""Findings: the list, one beside it, the page of one with its evidence and trace, and the bill with all of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yigongti.foundation.period import Month
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.organisations.models import Department
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.numbers import row_number
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.claim_checks import queries
from yigongti.systems.claim_checks.explanation import explain_finding, told_bill
from yigongti.systems.claim_checks.names import check_labels
from yigongti.systems.claim_checks.pages import sentences
from yigongti.systems.claim_checks.pages.columns import (
    check_column,
    department_label,
    institution_label,
    said_field,
    strength_column,
)
from yigongti.systems.claim_checks.pages.overview import not_checked

FILTERS = {"department": "department_code", "physician": "physician"}
"""Filters that links to this page set, beside those of the table: name in the address → field."""


def finding_address(number: int) -> str:
    """Where one finding is explained."""
    return reverse("claim_checks:finding", args=[number])


def bill_address(institution_code: str, month: str, case_id: str) -> str:
    """Where one bill is shown with all that was found in it."""
    return reverse("claim_checks:bill", args=[institution_code, case_id]) + f"?month={month}"


@permitted("claim_checks.see")
def findings(request: HttpRequest) -> HttpResponse:
    """The list; ?open=<number> says one beside it."""
    focus = focus_of(request)
    month = queries.checked(focus.month)
    if month is None:
        return not_checked(request)
    actor = request.actor  # type: ignore[attr-defined]
    rows = queries.findings(actor, focus.month, focus.institution_ids)
    chosen = {name: request.GET[name] for name in FILTERS if name in request.GET}
    rows = rows.filter(**{FILTERS[name]: value for name, value in chosen.items() if "\0" not in value})
    ids = list(rows.order_by().values_list("institution_id", flat=True).distinct())
    sums = rows.order_by().aggregate(count=Count("id"), counted=Sum("counted"))
    opened = request.GET.get("open", "")
    detail = queries.the_finding(actor, row_number(opened)) if opened else None
    context = {
        "focus": focus,
        "month": month,
        "chosen": [(_("Department") if name == "department" else _("Physician"), v) for name, v in chosen.items()],
        "sentence": sentences.findings(
            focus.name, focus.month.in_language(sentences.language()), sums["count"], sums["counted"]
        ),
        "detail": detail,
        "detail_check": check_labels().get(detail.check_id, detail.check_id) if detail else "",
        "table_keep": ["open", *FILTERS],
    }
    return _table(request, ids).respond(request, rows, "claim_checks/findings.html", context)


def _table(request: HttpRequest, ids: list[int]) -> Table:
    kept = {name: value for name, value in request.GET.items() if name not in ("open", "export")}
    names, departments = queries.institutions(ids), queries.department_names(ids)

    def beside(row: Any) -> str:
        return "?" + urlencode({**kept, "open": row["id"]})

    columns = [
        Column(said_field(), _("What was found"), link=beside, beside="detail"),
        strength_column(),
        check_column(check_labels()),
        Column("counted", _("Counted once, yuan"), "money", total=True),
        Column("amount", _("At stake, yuan"), "money", hidden=True),
        Column("happened_on", _("Day"), "date"),
        Column(
            "institution__name",
            _("Institution"),
            fields=["institution_id"],
            value=lambda row: institution_label(names, row["institution_id"]),
            hidden=len(ids) < 2,
        ),
        _department_column(departments),
        Column("physician", _("Physician"), hidden=True),
        Column("case_id", _("Case"), fields=["institution__code", "month"], link=_bill_of),
        Column("line_number", _("Line"), "count", hidden=True),
        Column("item", _("Item"), hidden=True),
    ]
    return Table("claim-checks-findings", columns, order="-counted", row_link=beside, fields=["id"])


def _bill_of(row: Any) -> str:
    return bill_address(row["institution__code"], row["month"], row["case_id"]) if row["case_id"] else ""


def _department_column(departments: dict[tuple[int, str], Department]) -> Column:
    return Column(
        "department_code",
        _("Department"),
        fields=["institution_id"],
        value=lambda row: department_label(departments, row["institution_id"], row["department_code"]),
    )


@permitted("claim_checks.see")
def finding(request: HttpRequest, number: int) -> HttpResponse:
    """One finding: the sentence, the rows that it rests on, the judgement step by step, its check and its source."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_finding(actor, number)
    month = queries.checked(Month.parse(found.month))
    explained = explain_finding(actor, found, month, policy())
    context = {
        "finding": found,
        "month": month,
        "explained": explained,
        "check_label": check_labels().get(found.check_id, found.check_id),
        "institution": found.institution.in_language(sentences.language()),
        "bill_href": bill_address(found.institution.code, found.month, found.case_id) if found.case_id else "",
    }
    return render(request, "claim_checks/finding.html", context)


@permitted("claim_checks.see")
def bill(request: HttpRequest, institution_code: str, case_id: str) -> HttpResponse:
    """One bill: its lines with what was found on them, the amounts, and the matter that it became."""
    focus = focus_of(request)
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_bill(actor, focus.month, institution_code, case_id)
    month = queries.checked(focus.month)
    told = told_bill(actor, found, month, check_labels())
    departments = queries.department_names([found.institution_id])
    context = {
        "focus": focus,
        "month": month,
        "bill": found,
        "told": told,
        "sentence": sentences.bill(found.findings, found.counted, found.total_cost),
        "institution": found.institution.in_language(sentences.language()),
        "department": department_label(departments, found.institution_id, found.department_code),
        "matter": queries.matter_of_bill(found),
    }
    return render(request, "claim_checks/bill.html", context)
