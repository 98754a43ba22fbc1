"""The answer: every part of the payment, and the steps by which it came about.

total = pool_fund + critical_illness + medical_assistance + other_funds + personal_account + cash, always.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from yigongti.engines.benefit.bill import Used
from yigongti.foundation.errors import Text
from yigongti.foundation.money import ZERO


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
    after: what the person has used of the year's benefits once this settlement is in force. deductible_of_stay: the
    deductible that this stay and those it continues amount to by their standards; the next stay, when the person is
    referred on, takes it as `transferred_deductible`. The explanation is worked out when it is asked for.
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
    deductible_of_stay: Decimal = ZERO
    explain: Callable[[], tuple[Step, ...]] = field(default=tuple, compare=False, repr=False)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The explanation, step by step."""
        return self.explain()

    @property
    def insurance(self) -> Decimal:
        """What all funds pay together."""
        return self.pool_fund + self.critical_illness + self.medical_assistance + self.other_funds

    @property
    def patient(self) -> Decimal:
        """What the person pays, from the account and in cash."""
        return self.personal_account + self.cash


PAYERS = ("pool_fund", "critical_illness", "medical_assistance", "other_funds", "personal_account", "cash")


@dataclass(frozen=True, slots=True)
class Difference:
    """What a correction moves, each amount after less before: what a payer still owes, or gets back when negative."""

    total: Decimal
    pool_fund: Decimal
    critical_illness: Decimal
    medical_assistance: Decimal
    other_funds: Decimal
    personal_account: Decimal
    cash: Decimal


def difference(before: Settlement, after: Settlement) -> Difference:
    """The difference between a settlement that is taken back and the one that takes its place.

    Other settlements of the year stay as they were paid; only bills settled later see the corrected counters.
    """
    return Difference(*(getattr(after, name) - getattr(before, name) for name in ("total", *PAYERS)))
