"""How numbers are told: six decimals, rounded once, half up. Money in it is then exact to the fen."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

PLACES = Decimal("0.000001")
EXACT = Context(prec=50, rounding=ROUND_HALF_UP)
"""The arithmetic of formulas.py: far more digits than are told, so that only the last step rounds."""


def told(number: Decimal | Fraction) -> Decimal:
    """The number as it is told."""
    if isinstance(number, Fraction):
        number = EXACT.divide(Decimal(number.numerator), Decimal(number.denominator))
    return number.quantize(PLACES, context=EXACT)


def told_if(number: Decimal | Fraction | None) -> Decimal | None:
    """The same, where there may be none."""
    return None if number is None else told(number)
