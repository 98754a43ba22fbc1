"""Student's t: the probability below a value and its inverse, for any positive number of degrees of freedom.

Bounds of samples and intervals of effects use it. The probability is the regularised incomplete beta function, summed
as a continued fraction (Lentz's way of evaluating it); the quantile is found by Newton's
steps. Held against printed tables and the closed forms of 1 and 2 degrees by tests.
"""

from __future__ import annotations

from math import exp, isinf, lgamma, log, log1p, pi
from statistics import NormalDist

_SMALLEST = 1e-300
_PRECISION = 1e-15
_MOST_TERMS, _MOST_STEPS = 1000, 300
_AS_GOOD_AS_NORMAL = 1e7
"""From here on the two agree to more digits than are used."""


def t_probability(value: float, degrees: float) -> float:
    """The probability that Student's t with these degrees of freedom (more than 0, not only whole) is below value."""
    if not degrees > 0:
        raise ValueError("degrees of freedom are more than 0")
    if degrees >= _AS_GOOD_AS_NORMAL:
        return NormalDist().cdf(value)
    if value == 0:
        return 0.5
    if isinf(value):
        return 1.0 if value > 0 else 0.0
    square = value * value
    tail = 0.5 * _beta_share(degrees / 2, 0.5, degrees / (degrees + square), square / (degrees + square))
    return 1.0 - tail if value > 0 else tail


def t_quantile(probability: float, degrees: float) -> float:
    """The value below which Student's t lies with this probability (between 0 and 1, both excluded)."""
    if not 0 < probability < 1:
        raise ValueError("a probability lies between 0 and 1")
    if not degrees > 0:
        raise ValueError("degrees of freedom are more than 0")
    if degrees >= _AS_GOOD_AS_NORMAL:
        return NormalDist().inv_cdf(probability)
    if probability == 0.5:
        return 0.0
    if probability < 0.5:  # the lower tail is the exact one: 1 − p loses digits
        return -_above(probability, degrees)
    return _above(1 - probability, degrees)


def _above(tail: float, degrees: float) -> float:
    """The positive value above which lies this tail, below one half. The tail falls ever more slowly, so that Newton's
    steps from 0 come up to the value from below and never pass it."""
    found = 0.0
    for _ in range(_MOST_STEPS):
        step = (t_probability(-found, degrees) - tail) / _density(found, degrees)
        found += step
        if step <= found * 1e-14:
            break
    return found


def _density(value: float, degrees: float) -> float:
    scale = lgamma((degrees + 1) / 2) - lgamma(degrees / 2) - 0.5 * log(degrees * pi)
    return exp(scale - (degrees + 1) / 2 * log1p(value * value / degrees))


def _beta_share(a: float, b: float, x: float, rest: float) -> float:
    """The regularised incomplete beta function at x; rest is 1 − x, given so that it keeps its digits."""
    if x <= 0:
        return 0.0
    if rest <= 0:
        return 1.0
    log_x, log_rest = (log1p(-rest), log(rest)) if rest < 0.5 else (log(x), log1p(-x))
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log_x + b * log_rest)
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1.0 - front * _fraction(b, a, rest) / b


def _fraction(a: float, b: float, x: float) -> float:
    upper, lower = 1.0, 1.0 / _not_zero(1 - (a + b) * x / (a + 1))
    found = lower
    for m in range(1, _MOST_TERMS):
        for part in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            lower = 1.0 / _not_zero(1 + part * lower)
            upper = _not_zero(1 + part / upper)
            step = lower * upper
            found *= step
        if abs(step - 1) < _PRECISION:
            break
    return found


def _not_zero(value: float) -> float:
    return value if abs(value) > _SMALLEST else _SMALLEST
