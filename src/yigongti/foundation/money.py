"""Money in yuan as Decimal, rounded once, half-up, to the fen, and distributed without losing one.

Source of the rounding rule: docs/adr/0003-money.md.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

FEN = Decimal("0.01")
ZERO = Decimal("0.00")

Key = TypeVar("Key", bound=Hashable)


def to_fen(amount: Decimal) -> Decimal:
    """The amount in yuan rounded half-up to the fen (two decimals); half means away from zero."""
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def distribute(pool: Decimal, weights: Mapping[Key, Decimal], order: Sequence[Key] | None = None) -> dict[Key, Decimal]:
    """Hand out exactly `pool` yuan in proportion to `weights`, by largest remainder.

    Every share is a whole number of fen and the shares add up to the pool. Fens that are left go to the largest
    remainders; equal remainders are served in `order` (the order of `weights` if none is given), so that the
    same input always gives the same shares.

    Raises ValueError if the pool is not a whole number of fen, a weight is negative, or all weights are zero
    while the pool is not.
    """
    if pool != to_fen(pool):
        raise ValueError(f"the pool {pool} is not a whole number of fen")
    if any(weight < 0 for weight in weights.values()):
        raise ValueError("a weight is negative")
    total = sum(weights.values(), Decimal(0))
    if total == 0:
        if pool == 0:
            return dict.fromkeys(weights, ZERO)
        raise ValueError("all weights are zero: there is nobody to hand the pool to")
    sign = -1 if pool < 0 else 1
    fens = int(abs(pool) / FEN)
    # exact integer arithmetic: fen * weight / total, without a rounded Decimal in between
    scale = 10 ** max((-int(w.normalize().as_tuple().exponent) for w in weights.values() if w), default=0)
    scale = max(scale, 1)
    whole = {key: int(weight * scale) for key, weight in weights.items()}
    whole_total = sum(whole.values())
    shares = {key: fens * weight // whole_total for key, weight in whole.items()}
    remainders = {key: fens * weight % whole_total for key, weight in whole.items()}
    rank = {key: position for position, key in enumerate(order if order is not None else list(weights))}
    left = fens - sum(shares.values())
    for key in sorted(whole, key=lambda k: (-remainders[k], rank[k]))[:left]:
        shares[key] += 1
    return {key: sign * share * FEN for key, share in shares.items()}
