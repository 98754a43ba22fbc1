"""Two sets of sums put side by side, by institution."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from yigongti.processes.verification.difference import ZERO, Line, Place

Sums = Mapping[tuple[str, str], Decimal]
"""(institution, what) → yuan."""


def side_by_side(left: Sums, right: Sums) -> list[Line]:
    """A line for each institution that stands on either side, with a place for everything that is not the same."""
    lines = []
    for code in sorted({code for code, _what in [*left, *right]}):
        names = sorted({what for whose, what in [*left, *right] if whose == code})
        pairs = [Place(what, left.get((code, what), ZERO), right.get((code, what), ZERO)) for what in names]
        lines.append(
            Line(
                code,
                sum((pair.left for pair in pairs), ZERO),
                sum((pair.right for pair in pairs), ZERO),
                tuple(pair for pair in pairs if pair.difference),
            )
        )
    return lines
