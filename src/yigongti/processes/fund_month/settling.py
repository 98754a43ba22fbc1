"""A month is settled: the bills as published, with what payment by group adds. All in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.ledger.public import fund_book
from yigongti.systems.fund.actions.settle_month import settle_month
from yigongti.systems.fund.models import MonthSettlement


def settle(actor: Actor, month: Month, *, policy: Policy, at: datetime) -> list[MonthSettlement]:
    """The settlements of the month, made now or standing already; payment by group as the close kept it.

    In the actor's scope. Raises as systems/fund/actions/settle_month.py.
    """
    with transaction.atomic():
        return settle_month(actor, fund_book(), month, policy=policy, at=at)
