"""The points that one value earns on one item, in ten-thousandths (arithmetic.py), for each way of scoring.

Plain Python, the oracle of table.py. docs/algorithms/appraisal.md §2.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from operator import neg

from yigongti.engines.appraisal.arithmetic import SCALE, quotient, to_units
from yigongti.engines.appraisal.definitions import (
    NO_DATA,
    Adjustment,
    Bands,
    Events,
    Graded,
    Item,
    Line,
    Observed,
    Rank,
    State,
    ToTarget,
    Version,
    Veto,
)
from yigongti.foundation.errors import InvalidInput

Values = Mapping[str, Observed]


@dataclass(frozen=True, slots=True)
class Peers:
    """The values among which a subject is ranked, best first, by item."""

    by_item: Mapping[str, tuple[Decimal, ...]]

    def place(self, item: Item, value: Decimal) -> int:
        """1 for the best; equal values share the better place."""
        there = self.by_item[item.id]
        if isinstance(item.scoring, Rank) and item.scoring.higher_first:
            return 1 + bisect_left(there, -value, key=neg)
        return 1 + bisect_left(there, value)


def observed(item: Item, values: Values) -> Observed:
    """The item's value with the item's own conditions laid over it: too few cases, no target of its own.

    Raises InvalidInput where the item wants a number of cases and none was given.
    """
    found = values.get(item.id, NO_DATA)
    if found.state is not State.VALUE or found.value is None:
        return found
    if item.minimum_cases:
        if found.n is None:
            raise InvalidInput(
                "appraisal.cases_not_given",
                zh=f"“{item.label.zh}”设有最少例数 {item.minimum_cases}，数据须给出例数",
                en=f"“{item.label.en}” has a minimum of {item.minimum_cases} cases: the number of cases is needed",
                where=item.id,
            )
        if found.n < item.minimum_cases:
            return Observed(State.TOO_FEW, n=found.n)
    if isinstance(item.scoring, (Events, Graded)) and found.value < 0:
        raise InvalidInput(
            "appraisal.value_negative",
            zh=f"“{item.label.zh}”的次数或评分不得为负",
            en=f"“{item.label.en}” counts events or marks: not negative",
            where=item.id,
        )
    if isinstance(item.scoring, ToTarget) and distance_of(item.scoring, found) is None:
        return Observed(State.NO_DATA, n=found.n)
    return found


def peers_of(version: Version, everybody: Iterable[Values]) -> Peers:
    """The peers of every ranked item; only who has a value with enough cases is among them."""
    ranked = [item for _, item in version.items if isinstance(item.scoring, Rank)]
    subjects = list(everybody) if ranked else []
    by_item = {}
    for item in ranked:
        assert isinstance(item.scoring, Rank)
        found = [observed(item, values).value for values in subjects]
        there = [_four(value) for value in found if value is not None]
        by_item[item.id] = tuple(sorted(there, reverse=item.scoring.higher_first))
    return Peers(by_item)


def judged(item: Item, values: Values, peers: Peers) -> Observed:
    """As `observed`, and too_few where a ranked item has fewer peers than it wants."""
    found = observed(item, values)
    if found.value is None:
        return found
    if isinstance(item.scoring, Rank) and len(peers.by_item[item.id]) < item.scoring.least:
        return Observed(State.TOO_FEW, n=found.n)
    return replace(found, value=_four(found.value))


def earned(item: Item, found: Observed, peers: Peers) -> int:
    """The points of a value on an item. Vetoes earn nothing; an adjustment's may be negative."""
    assert found.value is not None
    scoring, value, weight = item.scoring, to_units(found.value), to_units(item.weight)
    if isinstance(scoring, Bands):
        return next(to_units(band.points) for band in scoring.bands if found.value in band.range)
    if isinstance(scoring, Line):
        return _on_line(scoring, value)
    if isinstance(scoring, ToTarget):
        distance = distance_of(scoring, found)
        assert distance is not None
        return quotient(weight * distance.gone, distance.whole)
    if isinstance(scoring, Events):
        return max(weight - quotient(min(value, 200 * SCALE * SCALE) * to_units(scoring.each), SCALE), 0)
    if isinstance(scoring, Rank):
        place, there = peers.place(item, found.value), len(peers.by_item[item.id])
        return next(to_units(points) for top, points in scoring.tops if place * SCALE <= to_units(top) * there)
    if isinstance(scoring, Graded):
        return quotient(weight * min(value, to_units(scoring.of)), to_units(scoring.of))
    if isinstance(scoring, Adjustment):
        size = quotient(min(max(value, 0), 200 * SCALE * SCALE) * abs(to_units(scoring.each)), SCALE)
        size = min(size, to_units(scoring.most))
        return size if scoring.each > 0 else -size
    return 0


def vetoed(item: Item, found: Observed) -> int | None:
    """The most that the score may be, in ten-thousandths, or None where the veto does not bite."""
    if isinstance(item.scoring, Veto) and found.value is not None and found.value in item.scoring.when:
        return to_units(item.scoring.caps_at)
    return None


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a value has gone of the whole way from where nothing is earned to the target, in ten-thousandths."""

    zero: int
    target: int
    whole: int
    gone: int


def distance_of(scoring: ToTarget, found: Observed) -> Distance | None:
    """None where there is no target, or none that a distance can be told from."""
    target = scoring.target if scoring.target is not None else found.target
    if target is None or found.value is None or abs(target) >= 10**8:
        return None
    units = to_units(target)
    if scoring.zero_share is not None:
        if units <= 0:
            return None
        zero = quotient(units * to_units(scoring.zero_share), SCALE)
    else:
        assert scoring.zero_at is not None
        zero = to_units(scoring.zero_at)
    whole = abs(units - zero)
    if whole == 0 or whole >= 10**12:
        return None
    gone = (to_units(found.value) - zero) * (1 if units > zero else -1)
    return Distance(zero, units, whole, min(max(gone, 0), whole))


def _on_line(scoring: Line, value: int) -> int:
    at = [(to_units(where), to_units(points)) for where, points in scoring.at]
    inside = min(max(value, at[0][0]), at[-1][0])
    for (left, low), (right, high) in pairwise(at):
        if inside <= right:
            return quotient(low * (right - inside) + high * (inside - left), right - left)
    raise AssertionError("a value kept between the ends lies on the line")


def _four(value: Decimal) -> Decimal:
    return Decimal(to_units(value)).scaleb(-4)
