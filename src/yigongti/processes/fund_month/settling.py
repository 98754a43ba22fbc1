"""A month is settled: the bills as published, with what payment by group adds. All in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.systems.fund.actions.settle_month import settle_month
from yigongti.systems.fund.models import MonthSettlement
from yigongti.systems.fund.public import fund_office


def settle(actor: Actor, month: Month, differences: Mapping[int, Decimal], *, at: datetime) -> list[MonthSettlement]:
    """The settlements of the month, made now or standing already. differences: differences.py.

    In the actor's scope. Raises as systems/fund/actions/settle_month.py.
    """
    with transaction.atomic():
        return settle_month(actor, fund_office(), month, differences, at=at)
