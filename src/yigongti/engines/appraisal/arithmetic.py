"""The whole-number arithmetic of a card: everything in ten-thousandths, each quotient rounded half-up where it arises.

table.py does the same in 64-bit columns, so that both agree to the last place. Rounded are: an item's points, a
section's points after its weight was shared out, the sum after that (four decimals each), the score (two).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

SCALE = 10_000
_FOURTH = Decimal("0.0001")


def to_units(value: Decimal) -> int:
    """Ten-thousandths, half-up (half means away from zero)."""
    return int(value.quantize(_FOURTH, rounding=ROUND_HALF_UP).scaleb(4))


def to_number(units: int) -> Decimal:
    return Decimal(units).scaleb(-4)


def quotient(numerator: int, denominator: int) -> int:
    """numerator ÷ denominator, half-up; both not negative, the denominator positive."""
    return (2 * numerator + denominator) // (2 * denominator)


def shared(sections: Iterable[tuple[int, int, int]], full: int) -> int:
    """The points of all sections when what was not assessed gives its weight to the others.

    sections: (weight of the section, weight of its items that were assessed, their points). Within a section the
    weight goes to its other items; a section without any assessed item gives its weight to the other sections.
    """
    there = [(weight, assessed, points) for weight, assessed, points in sections if assessed]
    whole = sum(weight for weight, _, _ in there)
    if not whole:
        return 0
    together = sum(quotient(points * weight, assessed) for weight, assessed, points in there)
    return quotient(together * full, whole)


def ended(points: int, full: int, added: int, caps: Iterable[int]) -> int:
    """The score in hundredths: adjustments added, kept between nothing and full, no higher than any veto allows."""
    kept = min(max(points + added, 0), full)
    return quotient(min([kept, *caps]), 100)
