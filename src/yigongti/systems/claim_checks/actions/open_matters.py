"""What a month's checks found becomes matters: each bill above the policy's amount, and the clues about an institution.

Run by the product itself after publishing, and again whenever the month is closed again: a bill that became a matter
once never becomes another for the same month, also when the first is closed. A matter that nobody has taken up yet and
whose bill no longer stands is dismissed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import MATTERS, Given, Matter, act, open_matter
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.claim_checks.matters import BILL_KIND, CLUE_KIND
from yigongti.systems.claim_checks.models import BillFindings, Finding
from yigongti.systems.claim_checks.offices import office_over
from yigongti.systems.claim_checks.queries import subject_of_bill

_BULK = "bulk"


def open_matters(month: Month, policy: Policy, at: datetime) -> int:
    """Open what the month asks for and answer how many were opened. at: aware."""
    least = Decimal(str(policy.value("claim_checks.bill_matter_above", on=month.last_day)))
    bills = [bill for bill in _bills(month) if bill.violation_amount + bill.doubtful_amount > least]
    clues = _clues(month)
    with scope(NOBODY, purpose=MATTERS):
        register = Institution.objects.in_bulk()
        opened = _open(BILL_KIND, month, at, (_bill_matter(bill, register) for bill in bills))
        opened += _open(CLUE_KIND, month, at, (_clue_matter(month, register[k], clues[k], register) for k in clues))
        _dismiss_gone(month, at)
    return opened


def _bills(month: Month) -> Iterable[BillFindings]:
    rows = BillFindings.objects.using(_BULK).filter(month=str(month)).exclude(strength="clue")
    return rows.order_by("institution_id", "case_id")


def _clues(month: Month) -> dict[int, list[Finding]]:
    """Institution → its findings about the month as a whole, where there are any."""
    rows = Finding.objects.using(_BULK).filter(month=str(month), case_id="")
    found: dict[int, list[Finding]] = {}
    for row in rows.order_by("institution_id", "-amount", "id"):
        found.setdefault(row.institution_id, []).append(row)
    return found


def _open(kind: str, month: Month, at: datetime, wanted: Iterable[dict[str, Any]]) -> int:
    known = set(Matter.objects.filter(kind=kind, month=str(month)).values_list("subject", flat=True))
    opened = 0
    for told in wanted:
        if told["subject"] in known:
            continue
        open_matter(NOBODY, kind, month=str(month), at=at, **told)
        opened += 1
    return opened


def _bill_matter(bill: BillFindings, register: Mapping[int, Institution]) -> dict[str, Any]:
    institution = register[bill.institution_id]
    return {
        "subject": subject_of_bill(bill.month, institution.code, bill.case_id),
        "title": Text(
            f"{institution.name} {bill.case_id}：{bill.findings} 处疑点，涉及 {bill.counted:,} 元",
            f"{institution.name_en or institution.name} {bill.case_id}: {bill.findings} findings,"
            f" {bill.counted:,} yuan",
        ),
        "institution": institution,
        "owner": office_over(institution, register),
        "department_code": bill.department_code,
        "amount": bill.counted,
        "data": {
            "institution_code": institution.code, "case_id": bill.case_id, "counted": str(bill.counted),
            "checks": bill.check_ids,
        },
    }  # fmt: skip


def _clue_matter(
    month: Month, institution: Institution, found: list[Finding], register: Mapping[int, Institution]
) -> dict[str, Any]:
    amount = sum((row.counted for row in found), Decimal(0))
    return {
        "subject": subject_of_bill(str(month), institution.code, ""),
        "title": Text(
            f"{institution.name} {month}：{len(found)} 条线索，涉及 {amount:,} 元",
            f"{institution.name_en or institution.name} {month}: {len(found)} clues, {amount:,} yuan",
        ),
        "institution": institution,
        "owner": office_over(institution, register),
        "amount": amount,
        "data": {
            "institution_code": institution.code, "case_id": "", "counted": str(amount),
            "checks": sorted({row.check_id for row in found}),
        },
    }  # fmt: skip


def _dismiss_gone(month: Month, at: datetime) -> None:
    """Matters that nobody took up yet and whose bill was put right before the month was closed again."""
    standing = set(
        BillFindings.objects.using(_BULK).filter(month=str(month)).values_list("institution__code", "case_id")
    )
    for matter in Matter.objects.filter(kind=BILL_KIND, month=str(month), state="found"):
        if (matter.data["institution_code"], matter.data["case_id"]) not in standing:
            words = "重新月结后不再有疑点 · nothing is found any more after the month was closed again"
            act(NOBODY, matter.pk, "dismiss", at=at, given=Given(words=words))
