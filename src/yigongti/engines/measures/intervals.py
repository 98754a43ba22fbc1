"""How far a value may be off by chance alone: 95 % intervals of shares, rates and what is made of them.

Wilson (1927) for shares; Byar's approximation of the exact Poisson limits for rates; Dobson et al. (1991) for
standardised rates, by Byar's limits of all cases; for the probability over ages the normal interval of the logarithm
of survival with Chiang's variances. Amounts of money, days and stocks have none: they are not draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

Z = Decimal("1.959963984540054")
"""The normal quantile of 97.5 %."""
Limits = tuple[Decimal, Decimal]


def wilson(part: Decimal, whole: Decimal, z: Decimal = Z) -> Limits:
    """The limits of a share, between 0 and 1. whole: more than 0. part: from 0 to whole."""
    square = z * z
    middle = part + square / 2
    half = z * (part * (whole - part) / whole + square / 4).sqrt()
    low, high = (middle - half) / (whole + square), (middle + half) / (whole + square)
    return (low if part else Decimal(0)), (high if part != whole else Decimal(1))


def byar(events: Decimal, z: Decimal = Z) -> Limits:
    """The limits of a number of events that is a draw of Poisson's kind."""
    more = events + 1
    high = more * (1 - 1 / (9 * more) + z / (3 * more.sqrt())) ** 3
    if not events:
        return Decimal(0), high
    low = events * (1 - 1 / (9 * events) - z / (3 * events.sqrt())) ** 3
    return max(low, Decimal(0)), high


def dobson(rate: Decimal, classes: Sequence[tuple[Decimal, Decimal, Decimal]], z: Decimal = Z) -> Limits | None:
    """The limits of a standardised rate. classes: weight (all add up to 1), cases, people. None without a case."""
    cases = sum((each[1] for each in classes), Decimal(0))
    if not cases:
        return None
    variance = sum((weight * weight * n / (people * people) for weight, n, people in classes), Decimal(0))
    low, high = byar(cases, z)
    scale = (variance / cases).sqrt()
    return rate + scale * (low - cases), rate + scale * (high - cases)


def over_ages(groups: Sequence[tuple[Decimal, Decimal]], z: Decimal = Z) -> Limits | None:
    """The limits of 1 − Π(1 − q). groups: q and deaths of each age. None without a death or where nobody survives."""
    survival, variance = Decimal(1), Decimal(0)
    for q, deaths in groups:
        if q >= 1:
            return None
        survival *= 1 - q
        if deaths:  # Chiang: var(q) = q²(1 − q) ÷ deaths, and var(ln(1 − q)) = var(q) ÷ (1 − q)²
            variance += q * q / ((1 - q) * deaths)
    if not variance:
        return None
    width = z * variance.sqrt()
    return max(1 - survival * width.exp(), Decimal(0)), 1 - survival * (-width).exp()
