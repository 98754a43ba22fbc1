"""Student's t: its distribution and its quantiles, also for degrees of freedom that are no whole number.

The distribution is the incomplete beta function, reckoned by its continued fraction (Lentz); the quantile is found by
halving an interval. Both are good to about ten digits, which tests hold against printed tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, inf, isinf, lgamma, log

_TINY, _ENOUGH = 1e-300, 1e-15


def t_distribution(value: float, degrees: float) -> float:
    """The probability that a variable with Student's distribution is at most `value`. degrees: above 0."""
    if degrees <= 0:
        raise ValueError(f"no degrees of freedom: {degrees}")
    if isinf(value):
        return 1.0 if value > 0 else 0.0
    square = value * value
    if square < degrees:  # near the middle the tail would lose digits
        middle = incomplete_beta(square / (degrees + square), 0.5, degrees / 2) / 2
        return 0.5 + middle if value > 0 else 0.5 - middle
    tail = incomplete_beta(degrees / (degrees + square), degrees / 2, 0.5) / 2
    return 1 - tail if value > 0 else tail


def t_quantile(probability: float, degrees: float) -> float:
    """The value below which a share `probability` (strictly between 0 and 1) lies."""
    if not 0 < probability < 1:
        raise ValueError(f"no probability strictly between 0 and 1: {probability}")
    if probability < 0.5:
        return -t_quantile(1 - probability, degrees)
    low, high = 0.0, 1.0
    while t_distribution(high, degrees) < probability:
        low, high = high, high * 2
        if isinf(high):
            return inf
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if t_distribution(middle, degrees) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b) for x in [0, 1]."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    if x < (a + 1) / (a + b + 2):  # the continued fraction converges fast on this side of the mean
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, _away_from_zero(1 - (a + b) * x / (a + 1))
    d = 1 / d
    value = d
    for step in range(1, 10_000):
        for top in (
            step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step)),
            -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1)),
        ):
            d = 1 / _away_from_zero(1 + top * d)
            c = _away_from_zero(1 + top / c)
            change = c * d
            value *= change
        if abs(change - 1) < _ENOUGH:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def satterthwaite(parts: Sequence[tuple[float, float]]) -> float:
    """Degrees of freedom of a sum of variances: (Σ v)² / Σ v²/df. parts: each variance with its degrees of freedom.

    Infinite where nothing varies. Source: F. E. Satterthwaite, Biometrics Bulletin 2 (1946).
    """
    total = sum(variance for variance, _ in parts)
    spread = sum(variance * variance / degrees for variance, degrees in parts if variance > 0)
    return total * total / spread if spread > 0 else inf
