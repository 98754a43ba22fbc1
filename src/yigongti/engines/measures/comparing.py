"""Institutions side by side: shrunken values, funnel limits, and ranks for those that have cases enough.

A small institution's share jumps by chance. It is drawn towards the mean of all by as much as chance alone explains
(empirical Bayes, moments after R. J. Marshall, Mapping disease and mortality rates using empirical Bayes estimators,
Applied Statistics 40, 1991), and ranks are those of the drawn values. The funnel shows within which limits a value of
that size lies by chance around the mean (D. J. Spiegelhalter, Funnel plots for comparing institutional performance,
Statistics in Medicine 24, 2005); its limits are normal approximations, and say so where few events are expected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum

from yigongti.engines.measures.definitions import Better
from yigongti.engines.measures.telling import EXACT, told

Z95, Z998 = Decimal("1.959963984540054"), Decimal("3.090232306167813")
_FEW_EXPECTED = 5
_ONE = Decimal(1)


class Draw(StrEnum):
    """How chance enters: a share of those there were, or a rate of events (deaths per bed day)."""

    SHARE = "share"
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An institution's numerator and denominator, in cases."""

    subject: str
    numerator: Decimal
    denominator: Decimal


@dataclass(frozen=True, slots=True)
class Compared:
    """An institution among the others. All values are times what the measure's value is.

    value: its own; None without a denominator. shrunken: drawn towards the mean; weight: how much of its own remained
    (1 all, 0 none). low95 … high998: the funnel at its denominator. is_rough: fewer than five events are expected of it
    (or fewer than five others, of a share), so that the limits are only about right. outside: "", "95" or "998", the
    wider of the limits that its own value lies beyond; "" where it has too few cases. rank: 1 is best, equals share it;
    None for those below the minimum and where no direction is good.
    """

    subject: str
    numerator: Decimal
    denominator: Decimal
    value: Decimal | None
    shrunken: Decimal | None
    weight: Decimal
    low95: Decimal | None
    high95: Decimal | None
    low998: Decimal | None
    high998: Decimal | None
    is_rough: bool
    outside: str
    rank: int | None
    has_enough: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """mean: of all that have enough cases, together. between: the variance between institutions that chance does not
    explain (of the value as it is told, squared). Both None where nobody has enough."""

    mean: Decimal | None
    between: Decimal | None
    rows: tuple[Compared, ...]


def compare(
    candidates: Sequence[Candidate],
    *,
    draw: Draw,
    minimum: int,
    better: Better,
    times: Decimal = _ONE,
) -> Comparison:
    """Every institution compared, in the order given. minimum: of the denominator, below which nobody is ranked, judged
    by the funnel, or taken for the mean."""
    with localcontext(EXACT):
        enough = [each for each in candidates if each.denominator > 0 and each.denominator >= minimum]
        if not enough:
            return Comparison(None, None, tuple(_without_mean(each, times) for each in candidates))
        mean, between = _moments(enough, draw)
        chosen = {each.subject for each in enough}
        ranks = _ranks({each.subject: _shrunken(each, mean, between, draw)[0] for each in enough}, better)
        rows = tuple(
            _compared(each, mean, between, draw, times, ranks.get(each.subject), each.subject in chosen)
            for each in candidates
        )
        return Comparison(told(mean * times), told(between * times * times), rows)


def _chance(mean: Decimal, draw: Draw) -> Decimal:
    """The variance of one case around the mean."""
    return max(mean * (1 - mean), Decimal(0)) if draw is Draw.SHARE else mean


def _moments(enough: Sequence[Candidate], draw: Draw) -> tuple[Decimal, Decimal]:
    """The mean of all together, and the variance between them beyond chance (not below 0)."""
    whole = sum((each.denominator for each in enough), Decimal(0))
    mean = sum((each.numerator for each in enough), Decimal(0)) / whole
    scatter = sum((each.denominator * (each.numerator / each.denominator - mean) ** 2 for each in enough), Decimal(0))
    by_chance = _chance(mean, draw) * len(enough) / whole
    return mean, max(scatter / whole - by_chance, Decimal(0))


def _shrunken(each: Candidate, mean: Decimal, between: Decimal, draw: Draw) -> tuple[Decimal, Decimal]:
    """The drawn value and the weight of its own."""
    by_chance = _chance(mean, draw) / each.denominator
    if not between:
        return mean, Decimal(0)
    weight = between / (between + by_chance)
    return mean + weight * (each.numerator / each.denominator - mean), weight


def _compared(
    each: Candidate, mean: Decimal, between: Decimal, draw: Draw, times: Decimal, rank: int | None, has_enough: bool
) -> Compared:
    if each.denominator <= 0:
        return _without_mean(each, times)
    own = each.numerator / each.denominator
    shrunken, weight = _shrunken(each, mean, between, draw)
    wide = (_chance(mean, draw) / each.denominator).sqrt()
    low95, high95 = _within(mean - Z95 * wide, draw), _within(mean + Z95 * wide, draw)
    low998, high998 = _within(mean - Z998 * wide, draw), _within(mean + Z998 * wide, draw)
    outside = ""
    if has_enough and not low95 <= own <= high95:
        outside = "95" if low998 <= own <= high998 else "998"
    expected = mean * each.denominator
    rest = each.denominator - expected if draw is Draw.SHARE else expected
    return Compared(
        each.subject,
        each.numerator,
        each.denominator,
        told(own * times),
        told(shrunken * times),
        told(weight),
        told(low95 * times),
        told(high95 * times),
        told(low998 * times),
        told(high998 * times),
        is_rough=min(expected, rest) < _FEW_EXPECTED,
        outside=outside,
        rank=rank,
        has_enough=has_enough,
    )


def _without_mean(each: Candidate, times: Decimal) -> Compared:
    own = told(each.numerator / each.denominator * times) if each.denominator > 0 else None
    none = (None, None, None, None)
    return Compared(each.subject, each.numerator, each.denominator, own, None, Decimal(0), *none, True, "", None, False)


def _within(limit: Decimal, draw: Draw) -> Decimal:
    limit = max(limit, Decimal(0))
    return min(limit, _ONE) if draw is Draw.SHARE else limit


def _ranks(values: dict[str, Decimal], better: Better) -> dict[str, int]:
    if better not in (Better.HIGHER, Better.LOWER):
        return {}
    best_first = sorted(values.values(), reverse=better is Better.HIGHER)
    return {subject: best_first.index(value) + 1 for subject, value in values.items()}
