"""One rounding for the plain and the tabular sums: exact whole-number division, half up.

Amounts travel as whole fen and weights, ratios and coefficients as whole ten-thousandths, so that both
implementations divide the same whole numbers and cannot differ by a fen. Rule: docs/adr/0003-money.md.
"""

from __future__ import annotations

from decimal import Decimal

import ibis
from ibis.expr.types import Column, NumericValue, Value

TEN_THOUSAND = 10_000
HUNDRED = 100

_WIDE = "decimal(38,0)"


def to_ten_thousandths(number: Decimal, what: str = "a ratio") -> int:
    """The number × 10,000 as a whole number. Raises ValueError when it has more than four decimals."""
    scaled = number * TEN_THOUSAND
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{what} has more than four decimals: {number}")
    return int(scaled)


def to_whole_fen(amount: Decimal, what: str = "an amount") -> int:
    """The amount in yuan as whole fen. Raises ValueError when it is not a whole number of fen."""
    scaled = amount * HUNDRED
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{what} is not a whole number of fen: {amount}")
    return int(scaled)


def divide_half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator as the nearest whole number, halves up. Both at least 0, the denominator above 0."""
    if numerator < 0 or denominator <= 0:
        raise ValueError("only for a numerator of at least 0 and a denominator above 0")
    return (2 * numerator + denominator) // (2 * denominator)


def from_fen(fen: int) -> Decimal:
    """Whole fen as yuan with two decimals."""
    return Decimal(fen).scaleb(-2)


def from_ten_thousandths(scaled: int) -> Decimal:
    """Whole ten-thousandths as a number with four decimals."""
    return Decimal(scaled).scaleb(-4)


def wide(value: Value | int) -> NumericValue:
    """A whole-number column (or literal) in 38 places, so that products of amounts and weights cannot overflow."""
    column = ibis.literal(value) if isinstance(value, int) else value
    return column.cast(_WIDE)


def floor_quotient_column(numerator: Value, denominator: Value) -> NumericValue:
    """Whole part of numerator / denominator, exactly, for wide columns of at least 0.

    The remainder is taken off first: what is left divides without a rest, so the division in floating point is off by
    far less than one half as long as the quotient stays below 2^50, and rounding gives the exact whole number.
    """
    return ((numerator - numerator % denominator) / denominator).cast("float64").round().cast("int64")


def divide_half_up_column(numerator: Value, denominator: Value) -> NumericValue:
    """The tabular twin of `divide_half_up`; null where either is null."""
    doubled = wide(denominator) * wide(2)
    return floor_quotient_column(wide(numerator) * wide(2) + wide(denominator), doubled)


def fen_column(amount: Column) -> NumericValue:
    """A money column (decimal(14,2), yuan) as whole fen."""
    return (amount.cast("decimal(18,2)") * ibis.literal(HUNDRED).cast("decimal(18,2)")).cast("int64")


def yuan_column(fen: Value) -> Value:
    """Whole fen as a money column (decimal(14,2), yuan)."""
    hundredth = ibis.literal(Decimal("0.01"), type="decimal(18,2)")
    return (fen.cast("decimal(18,2)") * hundredth).cast("decimal(14,2)")


def four_places_column(scaled: Value) -> Value:
    """Whole ten-thousandths as decimal(14,4)."""
    unit = ibis.literal(Decimal("0.0001"), type="decimal(18,4)")
    return (scaled.cast("decimal(18,4)") * unit).cast("decimal(14,4)")
