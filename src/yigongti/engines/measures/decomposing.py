"""Why a ratio changed between two periods: by institution, and by numerator and denominator; the parts add up exactly.

An institution moves the county's ratio in two ways: its own ratio changed (rate), or it became a larger or smaller part
of the whole (mix: a part that grows pulls the whole towards its own ratio). Each is taken at the mean of both periods,
so nothing is left over. Likewise the change is split into that of the numerator at the mean denominator and the
reverse. Exact fractions; told with six decimals, of which the last goes where most was cut off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from yigongti.engines.measures.telling import EXACT, PLACES, told
from yigongti.foundation.errors import InvalidInput

Pair = tuple[Decimal, Decimal]
"""A numerator and its denominator."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one institution did to the change of the whole: by its own ratio, by its part of the whole, together."""

    subject: str
    rate: Decimal
    mix: Decimal

    @property
    def together(self) -> Decimal:
        return self.rate + self.mix


@dataclass(frozen=True, slots=True)
class Change:
    """From before to after. parts add up to `change`, and so do by_numerator and by_denominator."""

    before: Decimal
    after: Decimal
    change: Decimal
    parts: tuple[Part, ...]
    by_numerator: Decimal
    by_denominator: Decimal


def decompose(before: Mapping[str, Pair], after: Mapping[str, Pair], *, times: Decimal = Decimal(1)) -> Change:
    """How the ratio of sums changed. before, after: institution → numerator and denominator; who is missing in one of
    them had neither then. Parts come in the order of institutions.

    An institution without a denominator in a period has that period's ratio taken as its other one's: it came or went,
    which is mix. Raises InvalidInput where all denominators of a period add up to 0.
    """
    subjects = sorted({*before, *after})
    then = {each: _exact(before.get(each)) for each in subjects}
    now = {each: _exact(after.get(each)) for each in subjects}
    old, new = _whole(then), _whole(now)
    scale = Fraction(times)
    exact: list[Fraction] = []
    for each in subjects:
        rate, mix = _rate_and_mix(then[each], now[each], old, new)
        exact += [rate * scale, mix * scale]
    (n0, d0), (n1, d1) = old, new
    by_numerator = (n1 - n0) * (1 / d0 + 1 / d1) / 2 * scale
    by_denominator = (1 / d1 - 1 / d0) * (n0 + n1) / 2 * scale
    first, last = told(n0 / d0 * scale), told(n1 / d1 * scale)
    change = last - first
    shown = _adding_up(exact, change)
    sides = _adding_up([by_numerator, by_denominator], change)
    parts = tuple(Part(each, shown[2 * place], shown[2 * place + 1]) for place, each in enumerate(subjects))
    return Change(first, last, change, parts, sides[0], sides[1])


Exact = tuple[Fraction, Fraction]


def _exact(pair: Pair | None) -> Exact:
    return (Fraction(pair[0]), Fraction(pair[1])) if pair else (Fraction(0), Fraction(0))


def _whole(pairs: Mapping[str, Exact]) -> Exact:
    whole = sum((n for n, _ in pairs.values()), Fraction(0)), sum((d for _, d in pairs.values()), Fraction(0))
    if not whole[1]:
        raise InvalidInput(
            "measures.nothing_to_decompose",
            zh="两个期间中有一个分母为 0，无法分解变化",
            en="a period's denominator is 0: its change cannot be split",
        )
    return whole


def _rate_and_mix(then: Exact, now: Exact, old: Exact, new: Exact) -> Exact:
    (n0, d0), (n1, d1) = then, now
    share0, share1 = d0 / old[1], d1 / new[1]
    middle = (old[0] / old[1] + new[0] / new[1]) / 2
    if (n0 and not d0) or (n1 and not d1):  # it has no ratio of its own: what it added is all its own doing
        return n1 / new[1] - n0 / old[1], -(share1 - share0) * middle
    ratio0 = n0 / d0 if d0 else (n1 / d1 if d1 else Fraction(0))
    ratio1 = n1 / d1 if d1 else ratio0
    return (ratio1 - ratio0) * (share0 + share1) / 2, (share1 - share0) * ((ratio0 + ratio1) / 2 - middle)


def _adding_up(exact: Sequence[Fraction], whole: Decimal) -> list[Decimal]:
    """The numbers with six decimals, so that they add up to the whole: each is cut off, and the last places that are
    missing go where most was cut off, equal ones in order."""
    units = [number / Fraction(PLACES) for number in exact]
    cut = [number.numerator // number.denominator for number in units]
    missing = int(EXACT.divide(whole, PLACES).to_integral_value(ROUND_FLOOR)) - sum(cut)
    by_rest = sorted(range(len(units)), key=lambda place: (cut[place] - units[place], place))
    for turn in range(abs(missing)):
        cut[by_rest[turn % len(units)]] += 1 if missing > 0 else -1
    return [Decimal(number) * PLACES for number in cut]
