"""What payment by group makes of the bills of a month, case by case.

A case is paid once, however many bills and corrections it has: what a month adds is what the case comes to by now less
what earlier months had for it.
    patients    what others than the pool bear of the bills: cost − claimed
    fund        payment by group − patients; not below nothing unless the policy says so
    difference  fund − claimed; for a case that is not priced, or whose bills were all taken back, nothing
docs/algorithms/fund.md §7; standards.zh.md §7.3: 基金付 = 支付标准 − 患者应付.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from yigongti.engines.fund.explanation import Step, Steps, figure, yuan
from yigongti.engines.fund.reading import require_amount
from yigongti.foundation.money import ZERO


@dataclass(frozen=True, slots=True)
class CaseSoFar:
    """A case's bills and payment over some months. bills: number less reversals. cost: of the bills; claimed: of the
    pool; payment: by group; difference: what was added to what the bills claimed. Yuan; negative after corrections."""

    bills: int = 0
    cost: Decimal = ZERO
    claimed: Decimal = ZERO
    payment: Decimal = ZERO
    difference: Decimal = ZERO

    @property
    def patients(self) -> Decimal:
        """Borne by others than the pool."""
        return self.cost - self.claimed

    @property
    def fund(self) -> Decimal:
        return self.claimed + self.difference

    @property
    def income(self) -> Decimal:
        """What the institution receives for the case: fund and patients together."""
        return self.cost + self.difference


NOTHING = CaseSoFar()


def case_now(
    bills: CaseSoFar, payment: Decimal | None, before: CaseSoFar = NOTHING, *, may_be_negative: bool = False
) -> CaseSoFar:
    """`bills` of a month with their payment and difference.

    bills: only number, cost and claimed count. payment: by group for the case as it is priced now; None when it is not.
    before: of earlier months. Raises InvalidInput for a payment that is no amount.
    """
    count, cost, claimed = before.bills + bills.bills, before.cost + bills.cost, before.claimed + bills.claimed
    if payment is None or count <= 0:
        return CaseSoFar(bills.bills, bills.cost, bills.claimed, -before.payment, -before.difference)
    require_amount(payment, "payment by group")
    fund = payment - (cost - claimed)
    if not may_be_negative:
        fund = max(ZERO, fund)
    difference = fund - claimed - before.difference
    return CaseSoFar(bills.bills, bills.cost, bills.claimed, payment - before.payment, difference)


def month_of(cases: Iterable[CaseSoFar]) -> tuple[CaseSoFar, tuple[Step, ...]]:
    """The sum of the cases of an institution and scheme, and how it came about."""
    own = list(cases)
    added = CaseSoFar(
        sum(each.bills for each in own),
        sum((each.cost for each in own), ZERO),
        sum((each.claimed for each in own), ZERO),
        sum((each.payment for each in own), ZERO),
        sum((each.difference for each in own), ZERO),
    )
    steps = Steps()
    said = (f"{figure(len(own))} 例按病种支付合计", f"payment by group of {figure(len(own))} cases")
    steps.add("payment", ("按病种支付", "payment by group"), said, added.payment)
    formula = f"{yuan(added.cost)} − {yuan(added.claimed)}"
    said = ("患者等负担（费用减统筹申报）", "borne by patients and others (cost − claimed)")
    steps.add("patients", said, formula, added.patients)
    formula = f"{yuan(added.payment)} − {yuan(added.patients)}"
    more = added.fund - (added.payment - added.patients)
    said = (
        formula + (f" + {yuan(more)}（逐例不低于 0 者及未入组者）" if more else ""),
        formula + (f" + {yuan(more)} (no case below 0; cases not priced as claimed)" if more else ""),
    )
    steps.add("fund", ("基金应付（减患者负担）", "the fund's part (less patients')"), said, added.fund)
    formula = f"{yuan(added.fund)} − {yuan(added.claimed)}"
    steps.add("difference", ("与账单申报的差额", "difference to what the bills claimed"), formula,
              added.difference)  # fmt: skip
    return added, steps.done()
