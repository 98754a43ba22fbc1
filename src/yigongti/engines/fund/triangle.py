"""Month of care × months until it was settled: the triangle in which late bills (已发生未上报) can be seen.

A row is a month of care, a column the number of months between care and settlement. What is cumulated is yuan. Care is
counted as fully reported after a number of columns; what comes later is added to the last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.money import ZERO
from yigongti.foundation.period import Month


@dataclass(frozen=True, slots=True)
class LateAmount:
    """What was settled in a month for care of a month. amount: yuan; negative where reversals prevail."""

    occurred: Month
    settled: Month
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Triangle:
    """months: of care, without a gap, oldest first. cumulated: a row for each, as far as it can be seen at the end of
    `until`; width: the number of columns of a row that is fully reported."""

    months: tuple[Month, ...]
    cumulated: tuple[tuple[Decimal, ...], ...]
    width: int
    until: Month

    def last(self, row: int) -> Decimal:
        """What is settled so far for a month of care."""
        return self.cumulated[row][-1]


def months_between(earlier: Month, later: Month) -> int:
    """0 for the same month, 1 for the next, negative when `later` lies before."""
    return (later.year - earlier.year) * 12 + later.number - earlier.number


def build_triangle(amounts: Iterable[LateAmount], until: Month, columns: int) -> Triangle:
    """The triangle as it stood at the end of the month `until`; what was settled later is not looked at.

    Care before the first month of settlement that is known is left out: its early settlements are not known. A month
    of care without any settlement is a row of zeros. Raises InvalidInput for a settlement before its care.
    """
    if columns < 1:
        raise InvalidInput("fund.columns_wrong", zh="报齐月数至少为 1", en="a triangle needs a column")
    known = [each for each in amounts if each.settled <= until]
    for each in known:
        if each.settled < each.occurred:
            raise InvalidInput(
                "fund.settled_before_care",
                zh=f"{each.settled} 结算的费用却发生在 {each.occurred}",
                en=f"settled in {each.settled} for care of {each.occurred}",
            )
    if not known:
        return Triangle((), (), columns, until)
    first = min(each.settled for each in known)
    used = [each for each in known if each.occurred >= first]
    if not used:
        return Triangle((), (), columns, until)
    start = min(each.occurred for each in used)
    months = tuple(start.plus(step) for step in range(months_between(start, until) + 1))
    width = min(columns, len(months))
    cells = {(month, column): ZERO for month in months for column in range(width)}
    for each in used:
        cells[each.occurred, min(months_between(each.occurred, each.settled), width - 1)] += each.amount
    rows = []
    for month in months:
        seen = min(width, months_between(month, until) + 1)
        total, row = ZERO, []
        for column in range(seen):
            total += cells[month, column]
            row.append(total)
        rows.append(tuple(row))
    return Triangle(months, tuple(rows), width, until)
