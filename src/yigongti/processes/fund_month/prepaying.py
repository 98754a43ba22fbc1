"""A month is prepaid: what supervision has to recover by then is deducted with it, in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.ledger.public import fund_book
from yigongti.systems.fund.actions.prepay_month import Due, prepay_month
from yigongti.systems.fund.models import Prepayment
from yigongti.systems.supervision import public as supervision


def prepay(actor: Actor, month: Month, *, policy: Policy, at: datetime) -> list[Prepayment]:
    """The prepayments of the month, made now or standing already; recoveries that they took are marked as deducted.

    In the actor's scope. Raises as systems/fund/actions/prepay_month.py and supervision.mark_deducted.
    """
    dues = [Due(row.key, row.institution_id, row.amount) for row in supervision.recoveries_due(str(month))]
    with transaction.atomic():
        made = prepay_month(actor, fund_book(), month, dues, policy=policy, at=at)
        for row in made:
            for deduction in row.deductions.all():
                supervision.mark_deducted(
                    deduction.key, month=str(month), reference=f"prepayment {row.month}/{row.institution_id}", at=at
                )
    return made
