"""The door of case-mix payment: the steps of the month for processes, and the months that are published.

    group_month(month, lake, snapshot, connection, policy)     each answers the derived file with rows and SHA-256
    price_month(month, lake, snapshot, connection, policy)
    state_month(month, lake, snapshot, connection, policy)
    keys_of_month(month, lake, snapshot, policy)               what grouping and pricing are computed from
    publish_month(month, lake, snapshot, policy, at)           counts of the rows that stand before the pages
    payments_of(cases, until)                                  (institution, case) → what groups and patients pay

The first three write derived tables of the lake; the others need the connection `bulk` (command line, worker).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from yigongti.facts.public import Lake, Snapshot
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.systems.casemix_payment.month import Correction, group_month, price_month, result_key, state_month

if TYPE_CHECKING:
    from yigongti.systems.casemix_payment.publishing import Published

__all__ = [
    "CasePay", "Correction", "group_month", "keys_of_month", "payments_of", "price_month", "publish_month",
    "result_key", "state_month",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class CasePay:
    """What is paid for a case by group, in yuan, and the month in which it was published."""

    month: str
    pay: Decimal


def keys_of_month(month: Month, lake: Lake, snapshot: Snapshot, policy: Policy) -> tuple[str, str]:
    """What grouping and what pricing of the month are computed from, as text: (grouping's key, pricing's key)."""
    from yigongti.systems.casemix_payment.month import weights_of_month
    from yigongti.systems.casemix_payment.publishing import accepted_corrections, institution_levels

    corrections = accepted_corrections(month)
    weights = weights_of_month(month, lake, snapshot, policy)
    priced = result_key(snapshot, policy, corrections, weights, institution_levels())
    return result_key(snapshot, policy, corrections), priced


def publish_month(month: Month, lake: Lake, snapshot: Snapshot, policy: Policy, at: datetime) -> Published:
    """Put the month before the pages in one transaction, in the place of what was published of it before."""
    # the models are imported when called: a process may import this door before the applications are loaded
    from yigongti.systems.casemix_payment.publishing import publish_month as publish

    return publish(month, lake, snapshot, policy, at)


def payments_of(cases: Collection[str], until: Month, *, using: str = "bulk") -> dict[tuple[int, str], CasePay]:
    """(Institution's id, case) → its pay in the latest published month up to `until`, the patient's part included; only
    cases that are priced: nothing is paid by group for the others."""
    from yigongti.systems.casemix_payment.models import PricedCase

    rows = PricedCase.objects.using(using).filter(case_id__in=list(cases), month__lte=str(until)).order_by("month")
    latest = {
        (place, case): (month, pay)
        for place, case, month, pay in rows.values_list("institution_id", "case_id", "month", "pay")
    }
    return {key: CasePay(month, pay) for key, (month, pay) in latest.items() if pay is not None}
