"""The door of the fund's months.

prepay(actor, month, policy=…, at=…)                prepayments with what supervision recovers, once for each month
pay_cases(month, connection, policy, insured, at)   payment by group kept and posted, a step of the close
settle(actor, month, policy=…, at=…)                the month settled into the books, once
income_of_cases(month, connection, …)               what the month's cases come to, for who verifies the books
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy

if TYPE_CHECKING:
    from yigongti.kernel.access.actor import Actor
    from yigongti.processes.fund_month.case_payment import Kept
    from yigongti.systems.fund.models import MonthSettlement, Prepayment

__all__ = ["income_of_cases", "pay_cases", "prepay", "settle"]

# what reads models is imported when called: this door may be opened before the applications are loaded


def prepay(actor: Actor, month: Month, *, policy: Policy, at: datetime) -> list[Prepayment]:
    """The prepayments of the month, with what rulings recover (prepaying.py)."""
    from yigongti.processes.fund_month.prepaying import prepay as pay

    return pay(actor, month, policy=policy, at=at)


def pay_cases(month: Month, connection: Any, policy: Policy, insured: Any, at: datetime) -> Kept:
    """What groups pay beyond the bills of the month, kept and posted (case_payment.py)."""
    from yigongti.processes.fund_month.case_payment import pay_cases as pay

    return pay(month, connection, policy, insured, at)


def settle(actor: Actor, month: Month, *, policy: Policy, at: datetime) -> list[MonthSettlement]:
    """The settlements of the month (settling.py)."""
    from yigongti.processes.fund_month.settling import settle as settle_month

    return settle_month(actor, month, policy=policy, at=at)


def income_of_cases(month: Month, connection: Any, *, using: str = "bulk") -> dict[int, tuple[Decimal, Decimal]]:
    """Institution → (what groups and patients pay, what the bills claim) for the month's cases (grouped_cases.py)."""
    from yigongti.processes.fund_month.grouped_cases import income_of_cases as income

    return income(month, connection, using=using)
