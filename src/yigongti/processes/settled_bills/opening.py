"""Differences above the policy's amount become matters; those that a resubmission put right are closed by the product.

Run after publishing, and again whenever the month is closed again; run twice it does nothing the second time.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.ledger.public import fund_book
from yigongti.kernel.matters.public import Matter, Opening, open_many, take_for_many
from yigongti.processes.settled_bills.matters import DIFFERENCE_KIND
from yigongti.processes.settled_bills.models import BenefitDifference

_BULK = "bulk"
_GONE = "重新上报后支付与政策相符 · paid as the policy says after resubmission"


def open_matters(month: Month, policy: Policy, at: datetime) -> int:
    """Bring the month's matters in line with what is published of it; how many were opened or closed. at: aware."""
    least = Decimal(str(policy.value("benefits.difference_matter_above", on=month.last_day)))
    rows = BenefitDifference.objects.using(_BULK).filter(month=str(month)).select_related("institution")
    standing = {subject_of(row): row for row in rows}
    known = Matter.objects.using(_BULK).filter(kind=DIFFERENCE_KIND, month=str(month))
    told = list(known.values_list("subject", "state", "closed_at"))
    moving = {subject for subject, _state, closed_at in told if closed_at is None}
    ever = {subject for subject, state, _closed_at in told if state != "corrected"}
    large = [row for row in standing.values() if row.refused or abs(row.difference) > least]
    new = [row for row in large if subject_of(row) not in ever]
    if not new and not moving - set(standing):
        return 0
    office = fund_book(using="bulk").pk
    with transaction.atomic(using=_BULK):
        closed = take_for_many(DIFFERENCE_KIND, "resubmitted", moving - set(standing), at=at, words=_GONE)
        return closed + len(open_many(DIFFERENCE_KIND, [_opening(row, office) for row in new], at=at))


def subject_of(row: BenefitDifference) -> str:
    """What names the settlement: month, institution and number."""
    return f"difference {row.month}/{row.institution.code}/{row.settlement_number}"


def _opening(row: BenefitDifference, office: int) -> Opening:
    name = row.institution
    return Opening(
        subject=subject_of(row),
        title=Text(
            f"{name.name} 结算 {row.settlement_number}：与政策相差 {row.difference:,} 元",
            f"{name.name_en or name.name}, settlement {row.settlement_number}: {row.difference:,} yuan off the policy",
        ),
        institution_id=row.institution_id,
        owner_id=office,
        month=row.month,
        amount=abs(row.difference),
        data={"institution_code": name.code, "settlement_number": row.settlement_number},
    )
