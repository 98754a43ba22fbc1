"""The answer: every part of the payment, and the steps by which it came about.

total = pool_fund + critical_illness + medical_assistance + other_funds + personal_account + cash, always.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from yigongti.engines.benefit.bill import Used
from yigongti.foundation.errors import Text


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the explanation, as a patient reads it and the office checks it.

    code: stable ("deductible"). label: its name. sum: how it was computed, in words with the numbers. amount: yuan.
    payer: who bears it ("patient", "pool", "critical_illness", …; "" for a sub-total). parameter: id of the policy
    parameter that decided, source: id of its legal source; empty where the step is plain arithmetic.
    """

    code: str
    label: Text
    sum: Text
    amount: Decimal
    payer: str = ""
    parameter: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """One bill settled. Amounts in yuan, rounded half-up to the fen where the rule says; the last fen is cash.

    in_policy: total less what is outside the catalogue, above limits and first share. base: in_policy less deductible.
    after: what the person has used of the year's benefits once this settlement is in force.
    """

    total: Decimal
    outside_catalogue: Decimal
    above_limits: Decimal
    first_share: Decimal
    in_policy: Decimal
    deductible: Decimal
    base: Decimal
    pool_fund: Decimal
    critical_illness: Decimal
    medical_assistance: Decimal
    other_funds: Decimal
    personal_account: Decimal
    cash: Decimal
    after: Used
    steps: tuple[Step, ...] = ()

    @property
    def insurance(self) -> Decimal:
        """What all funds pay together."""
        return self.pool_fund + self.critical_illness + self.medical_assistance + self.other_funds

    @property
    def patient(self) -> Decimal:
        """What the person pays, from the account and in cash."""
        return self.personal_account + self.cash
