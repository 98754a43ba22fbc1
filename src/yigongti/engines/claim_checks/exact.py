"""Exact sums over tables: yuan as whole fen, quantities and ratios as whole ten-thousandths, one division, half up.

Both implementations then divide the same whole numbers and cannot differ by a fen (docs/adr/0003-money.md).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import ibis

TEN_THOUSAND = 10_000
_WIDE = "decimal(38,0)"


def ten_thousandths(number: Decimal, what: str = "a ratio") -> int:
    """The number × 10,000. Raises ValueError when it has more than four decimals."""
    scaled = number * TEN_THOUSAND
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{what} has more than four decimals: {number}")
    return int(scaled)


def fen(amount: Any) -> Any:
    """A money column (yuan) as whole fen."""
    return (amount.cast("decimal(18,2)") * ibis.literal(100).cast("decimal(5,0)")).cast("int64")


def scaled(quantity: Any) -> Any:
    """A quantity or price column (four decimals) as whole ten-thousandths."""
    return (quantity.cast("decimal(18,4)") * ibis.literal(TEN_THOUSAND).cast("decimal(5,0)")).cast("int64")


def yuan(whole_fen: Any) -> Any:
    """Whole fen as yuan with two decimals."""
    hundredth = ibis.literal(Decimal("0.01"), type="decimal(18,2)")
    # another width than Ibis gives the product, or it would take the cast for needless and leave four decimals
    return (whole_fen.cast("decimal(18,2)") * hundredth).cast("decimal(16,2)")


def wide(value: Any) -> Any:
    """A whole-number column or number in 38 places, so that products cannot overflow."""
    return (ibis.literal(value) if isinstance(value, int) else value).cast(_WIDE)


def quotient(numerator: Any, denominator: Any) -> Any:
    """The nearest whole number to numerator / denominator, halves up; both whole, the numerator at least 0.

    The remainder is taken off before dividing: what is left divides without a rest, so floating point is off by far
    less than one half as long as the quotient stays below 2^50.
    """
    twice = wide(denominator) * wide(2)
    whole = wide(numerator) * wide(2) + wide(denominator)
    return ((whole - whole % twice) / twice).cast("float64").round().cast("int64")


def number_text(ten_thousandth: Any) -> Any:
    """Whole ten-thousandths as a number without zeros at its end: 3, 1.5."""
    unit = ibis.literal(Decimal("0.0001"), type="decimal(18,4)")
    written = (ten_thousandth.cast("decimal(18,4)") * unit).cast("decimal(16,4)").cast("string")
    return written.re_replace(r"\.?0+$", "")


def percent_text(part: Any, whole: Any) -> Any:
    """A share with one decimal, half-up: 72.5%."""
    per_mille = quotient(wide(part) * wide(1000), whole)
    return (per_mille // 10).cast("int64").cast("string") + "." + (per_mille % 10).cast("string") + "%"


def money_text(whole_fen: Any) -> Any:
    """Whole fen as 12.30."""
    return yuan(whole_fen).cast("string")
