"""The planted claim faults of a month: which bills get one, how each is marked, and the rows of truth/claim_faults.csv.

A bill bears one planted fault. Its orders carry the fault's number as their mark; when the lines are there, each marked
line is a row of the truth. `follows` is empty for what was planted; otherwise it says of what the row is a consequence
that may show under another check: neither a false alarm nor something missed.

Institutions err at their own rates: most alike, one township hospital and one department of the People's Hospital far
more, until they are corrected: from the first month on their rate falls.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TypeVar

from yigongti.demo.county.fee_lines import LineArrays
from yigongti.demo.county.institutions import Institution
from yigongti.demo.county.plan import CountyPlan
from yigongti.demo.county.prices import PriceList
from yigongti.demo.county.truth import Truth
from yigongti.foundation.period import Month

BAD_TOWNSHIP = 205
BAD_HOSPITAL, BAD_DEPARTMENT = 101, "gastroenterology"
_BAD_WEIGHT = 5.0
_CORRECTED = (1.0, 0.6, 0.35, 0.25)
"""What is left of a bad place's rate in the first month, the second …: it is spoken to after every month."""

Candidate = TypeVar("Candidate")


@dataclass(slots=True)
class Fault:
    """One planted fault. Amount of each of its lines: what is claimed for it, or the share of that, or what is charged
    above `base_price` (ten-thousandths of a yuan). innocent: why it is none though it looks like one."""

    check: str
    what: str
    share: Fraction = Fraction(1)
    base_price: int | None = None
    innocent: str = ""


@dataclass
class FaultBook:
    """Numbers the faults of a month and writes them down."""

    plan: CountyPlan
    month: Month
    draw: random.Random
    truth: Truth
    faults: list[Fault] = field(default_factory=list)
    _bad_weight: float = field(init=False)

    def __post_init__(self) -> None:
        since = self.plan.all_months.index(self.month)
        left = _CORRECTED[min(since, len(_CORRECTED) - 1)]
        self._bad_weight = 1 + (_BAD_WEIGHT - 1) * left

    def mark(self, fault: Fault) -> int:
        """The number that the fault's orders carry."""
        self.faults.append(fault)
        return len(self.faults)

    def weight(self, place: Institution, department: str) -> float:
        """How much more often than others a bill of that place is faulty."""
        if place.number == BAD_TOWNSHIP or (place.number == BAD_HOSPITAL and department == BAD_DEPARTMENT):
            return self._bad_weight
        return 1.0

    @contextmanager
    def innocently(self, reason: str) -> Iterator[None]:
        """What is marked within looks like a fault and is none: it goes into truth/claim_look_alikes.csv."""
        before = len(self.faults)
        yield
        for fault in self.faults[before:]:
            fault.innocent = reason

    def how_many(self, weights: float, rate: float) -> int:
        """Faults of a kind in the month, at least one. weights: the sum over all bills; rate: in a thousand."""
        return max(1, int(weights * rate / 1000 + self.draw.random()))

    def in_order(self, found: Sequence[Candidate], weight_of: Callable[[Candidate], float]) -> list[Candidate]:
        """All candidates in the order in which they err: by chance, those of a greater weight sooner."""
        keys = [self.draw.random() ** (1 / weight_of(candidate)) for candidate in found]
        return [found[at] for at in sorted(range(len(found)), key=lambda at: -keys[at])]

    def note_bill(
        self, check: str, institution_code: object, case_id: object, amount: Decimal, what: str, follows: str = ""
    ) -> None:
        """A row about a bill as a whole, or with case_id "" about an institution."""
        self.truth.claim_faults.append(
            {
                "check": check,
                "institution_code": institution_code,
                "case_id": case_id,
                "line_number": "",
                "item_code": "",
                "month": str(self.month),
                "amount": amount,
                "what": what,
                "follows": follows,
            }
        )

    def note_lines(
        self,
        lines: LineArrays,
        prices: PriceList,
        institution_codes: Sequence[str],
        case_ids: Sequence[str],
    ) -> None:
        """A row for each marked line, in the order of the lines."""
        for at in (lines.mark > 0).nonzero()[0].tolist():
            fault = self.faults[int(lines.mark[at]) - 1]
            case = int(lines.case[at])
            row: dict[str, object] = {
                "check": fault.check,
                "institution_code": institution_codes[case],
                "case_id": case_ids[case],
                "line_number": int(lines.line_number[at]),
                "item_code": prices.codes[int(lines.entry[at])],
                "month": str(self.month),
                "amount": _amount(fault, lines, at),
                "what": fault.what,
            }
            if fault.innocent:
                self.truth.claim_look_alikes.append(row | {"reason": fault.innocent})
            else:
                self.truth.claim_faults.append(row | {"follows": ""})


def _amount(fault: Fault, lines: LineArrays, at: int) -> Decimal:
    if not lines.claimed[at] and fault.base_price is None:
        return Decimal("0.00")
    whole = Decimal(int(lines.amount[at])).scaleb(-2)
    if fault.base_price is not None:
        above = Decimal(int(lines.price[at]) - fault.base_price) * int(lines.quantity[at])
        return above.scaleb(-8).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    exact = whole * fault.share.numerator / fault.share.denominator
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
