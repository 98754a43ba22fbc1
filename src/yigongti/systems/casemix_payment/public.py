"""The door of case-mix payment: the steps of the month for processes, and the months that are published.

    group_month(month, lake, snapshot, connection, policy)     each answers the derived file with rows and SHA-256
    price_month(month, lake, snapshot, connection, policy)
    state_month(month, lake, snapshot, connection, policy)
    keys_of_month(month, lake, snapshot, policy)               what grouping and pricing are computed from
    publish_month(month, lake, snapshot, policy, at)           counts of the rows that stand before the pages
    payments_of_month(month)                                   (institution, case) → what groups and patients pay

The first three write derived tables of the lake; the others need the connection `bulk` (command line, worker).
"""

from __future__ import annotations

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
    "Correction", "group_month", "keys_of_month", "payments_of_month", "price_month", "publish_month", "result_key",
    "state_month",
]  # fmt: skip


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


def payments_of_month(month: Month, *, using: str = "bulk") -> dict[tuple[int, str], Decimal]:
    """(Institution's id, case) → what is paid for the published case, the patient's part included, in yuan. A case that
    could not be priced is in it with what it cost: nothing is paid by group for it."""
    from django.db.models.functions import Coalesce

    from yigongti.systems.casemix_payment.models import PricedCase

    rows = PricedCase.objects.using(using).filter(month=str(month)).order_by()
    told = rows.annotate(paid=Coalesce("pay", "cost")).values_list("institution_id", "case_id", "paid")
    return {(place, case): paid for place, case, paid in told.iterator(chunk_size=5000) if paid is not None}
