"""The door of the fund's months.

prepay(actor, month, policy=…, at=…)           prepayments with what supervision recovers, once for each month
differences_of(month, lake, policy)            what payment by group adds to the bills, by institution
settle(actor, month, differences, at=…)        the month settled into the books, once
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from yigongti.facts.public import Lake
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy

if TYPE_CHECKING:
    from yigongti.kernel.access.actor import Actor
    from yigongti.systems.fund.models import MonthSettlement, Prepayment

__all__ = ["differences_of", "prepay", "settle"]

# what reads models is imported when called: this door may be opened before the applications are loaded


def prepay(actor: Actor, month: Month, *, policy: Policy, at: datetime) -> list[Prepayment]:
    """The prepayments of the month, with what rulings recover (prepaying.py)."""
    from yigongti.processes.fund_month.prepaying import prepay as pay

    return pay(actor, month, policy=policy, at=at)


def differences_of(month: Month, lake: Lake, policy: Policy) -> dict[int, Decimal]:
    """What payment by group adds to the month's bills, by institution (differences.py)."""
    from yigongti.processes.fund_month.differences import differences_of as differences

    return differences(month, lake, policy)


def settle(actor: Actor, month: Month, differences: Mapping[int, Decimal], *, at: datetime) -> list[MonthSettlement]:
    """The settlements of the month (settling.py)."""
    from yigongti.processes.fund_month.settling import settle as settle_month

    return settle_month(actor, month, differences, at=at)
