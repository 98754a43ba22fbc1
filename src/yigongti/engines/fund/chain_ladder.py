"""The chain ladder: how much of a month of care is still to come, with Mack's standard error.

    factor of column k       f_k  = Σ C(i,k+1) ÷ Σ C(i,k)              over the rows that show column k+1
    variance of column k     s²_k = Σ C(i,k) × (C(i,k+1) ÷ C(i,k) − f_k)² ÷ (rows − 1)
    month of care            U_i  = C(i,d) × f_d × f_(d+1) × …           d: the last column that it shows
    its squared error        mse(i) = U_i² × Σ_k s²_k ÷ f²_k × (1 ÷ Ĉ(i,k) + 1 ÷ Σ C(j,k))
    of months together       + 2 × U_i × Σ U_j × Σ_k s²_k ÷ f²_k ÷ Σ C(j,k)        j: the months after i

The last variance, which a single row cannot give, is min(s²² ÷ s²₁, s²₁, s²₂) of the two before. Source: T. Mack,
ASTIN Bulletin 23 (1993). What cannot be estimated is said so, in words; nothing is put in its place.
docs/algorithms/fund.md §4.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext

from yigongti.engines.fund.triangle import Triangle
from yigongti.foundation.errors import Text
from yigongti.foundation.money import to_fen
from yigongti.foundation.period import Month

PRECISE = Context(prec=50)
_NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True)
class Column:
    """How a column develops into the next. rows: that show both; below: Σ C(i,k). variance None: not to be had."""

    factor: Decimal
    variance: Decimal | None
    rows: int
    below: Decimal


@dataclass(frozen=True, slots=True)
class MonthOfCare:
    """settled: so far, yuan. ultimate: once all is reported. outstanding = ultimate − settled. completeness: settled ÷
    ultimate by the factors. error: Mack's standard error of the ultimate, None where it cannot be had."""

    month: Month
    settled: Decimal
    ultimate: Decimal
    outstanding: Decimal
    completeness: Decimal
    error: Decimal | None


@dataclass(frozen=True, slots=True)
class Ladder:
    """columns and months; empty when `cannot` says why nothing can be estimated. no_error: why there is no interval."""

    columns: tuple[Column, ...]
    months: tuple[MonthOfCare, ...]
    cannot: tuple[Text, ...]
    no_error: tuple[Text, ...]
    triangle: Triangle

    def error_of(self, months: Collection[Month]) -> Decimal | None:
        """The standard error of the sum of some months of care, with what they share; None where it cannot be had."""
        if self.cannot or self.no_error:
            return None
        with localcontext(PRECISE):
            chosen = [row for row, month in enumerate(self.triangle.months) if month in months]
            squared = _NOUGHT
            for place, row in enumerate(chosen):
                ultimate = _ultimate(self.triangle, self.columns, row)
                later = sum((_ultimate(self.triangle, self.columns, other) for other in chosen[place + 1 :]), _NOUGHT)
                own = _mse(self.triangle, self.columns, row)
                shared = sum(
                    ((column.variance or _NOUGHT) / column.factor**2 / column.below for column in self._from(row)),
                    _NOUGHT,
                )
                squared += own + 2 * ultimate * later * shared
            return squared.sqrt()

    def _from(self, row: int) -> tuple[Column, ...]:
        return self.columns[len(self.triangle.cumulated[row]) - 1 :]


def climb(triangle: Triangle, least_months: int) -> Ladder:
    """The ladder of a triangle. Months are rounded to the fen, completeness to six decimals."""
    cannot = _why_not(triangle, least_months)
    if cannot:
        return Ladder((), (), cannot, (), triangle)
    with localcontext(PRECISE):
        columns = _columns(triangle)
        no_error = tuple(
            Text(
                zh=f"第 {number} 到第 {number + 1} 个月的变动只有 {column.rows} 个月可看，标准误无法估计",
                en=f"only {column.rows} month shows step {number} to {number + 1}: the error cannot be estimated",
            )
            for number, column in enumerate(columns)
            if column.variance is None
        )
        months = tuple(_month(triangle, columns, row, bool(no_error)) for row in range(len(triangle.months)))
    return Ladder(columns, months, (), no_error, triangle)


def _why_not(triangle: Triangle, least_months: int) -> tuple[Text, ...]:
    reasons = []
    if len(triangle.months) < max(least_months, 2):
        reasons.append(
            Text(
                zh=f"只有 {len(triangle.months)} 个就诊月，至少要 {max(least_months, 2)} 个，无法估计",
                en=f"{len(triangle.months)} months of care, {max(least_months, 2)} are needed: cannot be estimated",
            )
        )
    for month, row in zip(triangle.months, triangle.cumulated, strict=True):
        wrong = next((column for column, amount in enumerate(row) if amount <= 0), None)
        if wrong is not None:
            reasons.append(
                Text(
                    zh=f"{month} 就诊的费用到第 {wrong} 个月累计不大于 0，没有倍数可算，无法估计",
                    en=f"care of {month} adds up to nothing by month {wrong}: there is no ratio, cannot be estimated",
                )
            )
    return tuple(reasons)


def _columns(triangle: Triangle) -> tuple[Column, ...]:
    found: list[Column] = []
    for k in range(triangle.width - 1):
        rows = [row for row in triangle.cumulated if len(row) > k + 1]
        below = sum((row[k] for row in rows), _NOUGHT)
        factor = sum((row[k + 1] for row in rows), _NOUGHT) / below
        if len(rows) > 1:
            spread = sum((row[k] * (row[k + 1] / row[k] - factor) ** 2 for row in rows), _NOUGHT)
            variance: Decimal | None = spread / (len(rows) - 1)
        else:
            variance = _last_variance([column.variance for column in found])
        found.append(Column(factor, variance, len(rows), below))
    return tuple(found)


def _last_variance(before: list[Decimal | None]) -> Decimal | None:
    if len(before) < 2 or before[-1] is None or before[-2] is None:
        return None
    newer, older = before[-1], before[-2]
    bound = min(newer, older)
    return min(newer**2 / older, bound) if older else bound


def _ultimate(triangle: Triangle, columns: tuple[Column, ...], row: int) -> Decimal:
    amount = triangle.last(row)
    for column in columns[len(triangle.cumulated[row]) - 1 :]:
        amount *= column.factor
    return amount


def _mse(triangle: Triangle, columns: tuple[Column, ...], row: int) -> Decimal:
    reached, total = triangle.last(row), _NOUGHT
    for column in columns[len(triangle.cumulated[row]) - 1 :]:
        assert column.variance is not None
        total += column.variance / column.factor**2 * (1 / reached + 1 / column.below)
        reached *= column.factor
    return reached**2 * total


def _month(triangle: Triangle, columns: tuple[Column, ...], row: int, no_error: bool) -> MonthOfCare:
    settled, exact = triangle.last(row), _ultimate(triangle, columns, row)
    ultimate = to_fen(exact)
    return MonthOfCare(
        triangle.months[row],
        to_fen(settled),
        ultimate,
        ultimate - to_fen(settled),
        (settled / exact).quantize(Decimal("0.000001")),
        None if no_error else to_fen(_mse(triangle, columns, row).sqrt()),
    )
