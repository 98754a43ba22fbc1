"""What a month's checks found becomes matters: each bill above the policy's amount, and the clues about an institution.

Run by the product itself after publishing, and again whenever the month is closed again; run twice it does nothing the
second time. A bill that became a matter once never becomes another for the same month, unless the product itself closed
the first as corrected and something is found in it again. While nobody has decided, a matter follows its bill: other
findings give it their title and amount, and a line of history; none at all, before the institution has answered, close
it as corrected by resubmission.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.matters.public import Matter, Opening, open_many, renew_many, take_for_many
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.claim_checks.matters import BILL_KIND, CLUE_KIND
from yigongti.systems.claim_checks.models import BillFindings, Finding
from yigongti.systems.claim_checks.offices import office_over
from yigongti.systems.claim_checks.queries import subject_of_bill

_BULK = "bulk"
_UNDECIDED = ("found", "asked", "with_physician", "answered")
"""The states in which a matter follows its bill; from then on what was decided stays as it was decided."""
_AGAIN = "重新审核，疑点有变化 · checked again: what was found has changed"
_GONE = "重新上报后不再有疑点 · nothing is found any more after resubmission"


@dataclass(frozen=True, slots=True)
class MattersOfMonth:
    """How many matters were opened, brought up to date, and closed by the product."""

    opened: int = 0
    renewed: int = 0
    closed: int = 0

    def __add__(self, other: MattersOfMonth) -> MattersOfMonth:
        return MattersOfMonth(self.opened + other.opened, self.renewed + other.renewed, self.closed + other.closed)


def open_matters(month: Month, policy: Policy, at: datetime) -> MattersOfMonth:
    """Bring the month's matters in line with what is published of it. at: aware."""
    least = Decimal(str(policy.value("claim_checks.bill_matter_above", on=month.last_day)))
    register = Institution.objects.using(_BULK).in_bulk()
    offices = {number: office_over(institution, register).pk for number, institution in register.items()}
    bills = list(BillFindings.objects.using(_BULK).filter(month=str(month)).order_by("institution_id", "case_id"))
    found, clues = _findings(month)
    wanted = {
        bill: _of_bill(bill, register[bill.institution_id], offices, found[bill.institution_id, bill.case_id])
        for bill in bills
    }
    large = {
        opening.subject
        for bill, opening in wanted.items()
        if bill.strength != "clue" and bill.violation_amount + bill.doubtful_amount > least
    }
    about_places = [_of_clues(month, register[place], offices, rows) for place, rows in clues.items()]
    with transaction.atomic(using=_BULK):
        return _reconcile(BILL_KIND, month, wanted.values(), large, at) + _reconcile(
            CLUE_KIND, month, about_places, {opening.subject for opening in about_places}, at
        )


def _reconcile(kind: str, month: Month, standing: Iterable[Opening], to_open: set[str], at: datetime) -> MattersOfMonth:
    """standing: everything in which something is found; to_open: the subjects of those large enough to be opened."""
    by_subject = {opening.subject: opening for opening in standing}
    known = Matter.objects.using(_BULK).filter(kind=kind, month=str(month))
    told = list(known.values_list("subject", "state", "closed_at"))
    moving = {subject for subject, state, closed_at in told if closed_at is None and state in _UNDECIDED}
    ever = {subject for subject, state, _closed_at in told if state != "corrected"}
    closed = take_for_many(kind, "resubmitted", moving - set(by_subject), at=at, words=_GONE)
    again = [opening for subject, opening in by_subject.items() if subject in moving]
    renewed = renew_many(kind, again, at=at, words=_AGAIN)
    new = [opening for subject, opening in by_subject.items() if subject in to_open - ever]
    return MattersOfMonth(len(open_many(kind, new, at=at)), renewed, closed)


_OF_A_FINDING = ("check_id", "line_number", "counted", "said_zh")


def _findings(month: Month) -> tuple[dict[tuple[int, str], list[dict[str, Any]]], dict[int, list[dict[str, Any]]]]:
    """(institution, case) → its findings; institution → what was found about its month as a whole."""
    rows = Finding.objects.using(_BULK).filter(month=str(month)).order_by("institution_id", "case_id", "-counted", "id")
    by_bill: dict[tuple[int, str], list[dict[str, Any]]] = {}
    clues: dict[int, list[dict[str, Any]]] = {}
    for row in rows.values("institution_id", "case_id", *_OF_A_FINDING).iterator(chunk_size=5000):
        place, case = row["institution_id"], row["case_id"]
        (by_bill.setdefault((place, case), []) if case else clues.setdefault(place, [])).append(row)
    return by_bill, clues


def _told(rows: Iterable[Mapping[str, Any]]) -> str:
    """Names what was found, so that another finding of the same amount is a change as well."""
    words = sorted("\0".join(str(row[name]) for name in _OF_A_FINDING) for row in rows)
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def _of_bill(
    bill: BillFindings, institution: Institution, offices: Mapping[int, int], rows: Iterable[Mapping[str, Any]]
) -> Opening:
    plural = "s" if bill.findings != 1 else ""
    return Opening(
        subject=subject_of_bill(bill.month, institution.code, bill.case_id),
        title=Text(
            f"{institution.name} {bill.case_id}：{bill.findings} 处疑点，涉及 {bill.counted:,} 元",
            f"{institution.name_en or institution.name} {bill.case_id}: {bill.findings} finding{plural},"
            f" {bill.counted:,} yuan",
        ),
        institution_id=institution.pk, owner_id=offices[institution.pk], department_code=bill.department_code,
        month=bill.month, amount=bill.counted,
        data={
            "institution_code": institution.code, "case_id": bill.case_id, "counted": str(bill.counted),
            "checks": bill.check_ids, "told": _told(rows),
        },
    )  # fmt: skip


def _of_clues(
    month: Month, institution: Institution, offices: Mapping[int, int], rows: list[dict[str, Any]]
) -> Opening:
    amount = sum((row["counted"] for row in rows), Decimal(0))
    plural = "s" if len(rows) != 1 else ""
    return Opening(
        subject=subject_of_bill(str(month), institution.code, ""),
        title=Text(
            f"{institution.name} {month}：{len(rows)} 条线索，涉及 {amount:,} 元",
            f"{institution.name_en or institution.name} {month}: {len(rows)} clue{plural}, {amount:,} yuan",
        ),
        institution_id=institution.pk, owner_id=offices[institution.pk], month=str(month), amount=amount,
        data={
            "institution_code": institution.code, "case_id": "", "counted": str(amount),
            "checks": sorted({row["check_id"] for row in rows}), "told": _told(rows),
        },
    )  # fmt: skip
