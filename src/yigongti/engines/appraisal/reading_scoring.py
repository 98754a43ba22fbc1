"""How an item's points are earned, as its file says it: one key of bands, line, target, events, rank, graded,
adjustment, veto."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

from yigongti.engines.appraisal.definitions import (
    Adjustment,
    Band,
    Bands,
    Events,
    Graded,
    Line,
    Rank,
    Scoring,
    ToTarget,
    Veto,
)
from yigongti.engines.appraisal.reading import day, mapping, number, range_of, sequence, whole, wrong, yes_no

LARGEST_SCORE = Decimal(200)  # keeps the whole-number arithmetic of table.py inside 64 bits
ZERO, ONE = Decimal(0), Decimal(1)


def read_bands(value: Any, where: str, key: str = "points") -> tuple[Band, ...]:
    """`[{from, below, points}]`, sorted by where they begin; `key` names what a band gives."""
    found = []
    for entry in sequence(value, where):
        row = mapping(entry, where, (key,), ("from", "below"))
        found.append(Band(range_of(row, where), number(row[key], where, least=ZERO, most=LARGEST_SCORE)))
    if not found:
        raise wrong("bands_empty", "至少要有一档", "there must be a band", where)
    return tuple(sorted(found, key=lambda band: (band.range.from_ is not None, band.range.from_ or ZERO)))


def read_scoring(value: Any, where: str) -> Scoring:
    """The one way of scoring that the item names. Raises PolicyError."""
    kinds = mapping(value, where, (), tuple(_READERS))
    if len(kinds) != 1:
        raise wrong(
            "scoring_not_one",
            f"评分方法须正好写一种：{'、'.join(_READERS)}",
            f"exactly one way of scoring is needed: {', '.join(_READERS)}",
            where,
        )
    kind, content = next(iter(kinds.items()))
    return _READERS[kind](content, where)


def _bands(value: Any, where: str) -> Scoring:
    return Bands(read_bands(value, where))


def _line(value: Any, where: str) -> Scoring:
    at = []
    for entry in sequence(value, where):
        row = mapping(entry, where, ("at", "points"))
        at.append((number(row["at"], where), number(row["points"], where, least=ZERO, most=LARGEST_SCORE)))
    if len(at) < 2 or any(after[0] <= before[0] for before, after in pairwise(at)):
        raise wrong(
            "line_not_rising",
            "插值至少要两个点，且数值须由小到大",
            "a line needs two points or more, their values rising",
            where,
        )
    return Line(tuple(at))


def _target(value: Any, where: str) -> Scoring:
    row = mapping(value, where, (), ("zero_at", "zero_share", "value", "until"))
    target = number(row["value"], where) if "value" in row else None
    zero_at = number(row["zero_at"], where) if "zero_at" in row else None
    share = number(row["zero_share"], where, least=ZERO, most=Decimal(100)) if "zero_share" in row else None
    if (zero_at is None) == (share is None):
        raise wrong("target_zero", "zero_at 与 zero_share 须正好写一个", "exactly one of zero_at and zero_share", where)
    if share == 1 or (target is not None and (target == zero_at or (share is not None and target <= 0))):
        raise wrong(
            "target_equals_zero",
            "目标值与零分值相同，或目标值不为正，无法计算距离",
            "the target is where nothing is earned, or is not positive: there is no distance",
            where,
        )
    return ToTarget(zero_at, share, target, day(row["until"], where) if "until" in row else None)


def _events(value: Any, where: str) -> Scoring:
    row = mapping(value, where, ("each",))
    return Events(_positive(row["each"], where))


def _rank(value: Any, where: str) -> Scoring:
    row = mapping(value, where, ("tops", "higher_first", "least"))
    tops = []
    for entry in sequence(row["tops"], where):
        top = mapping(entry, where, ("top", "points"))
        tops.append((number(top["top"], where, least=ZERO, most=ONE), number(top["points"], where, least=ZERO)))
    rising = all(after[0] > before[0] for before, after in pairwise(tops))
    falling = all(after[1] <= before[1] for before, after in pairwise(tops))
    if not tops or tops[-1][0] != 1 or tops[0][0] <= 0 or not rising or not falling:
        raise wrong(
            "rank_tops",
            "排名档须由前往后，最后一档为 1（全部），分值不得越排后越高",
            "tops go from the best on, the last is 1 (all), and no later one earns more",
            where,
        )
    return Rank(tuple(tops), yes_no(row["higher_first"], where), whole(row["least"], where))


def _graded(value: Any, where: str) -> Scoring:
    row = mapping(value, where, ("of",))
    return Graded(_positive(row["of"], where))


def _adjustment(value: Any, where: str) -> Scoring:
    row = mapping(value, where, ("each", "most"))
    each = number(row["each"], where, least=-LARGEST_SCORE, most=LARGEST_SCORE)
    if each == 0:
        raise wrong("number_out_of_range", "每次加减分不得为 0", "each unit must add or take away", where)
    return Adjustment(each, _positive(row["most"], where))


def _veto(value: Any, where: str) -> Scoring:
    row = mapping(value, where, ("caps_at",), ("from", "below"))
    return Veto(range_of(row, where), number(row["caps_at"], where, least=ZERO, most=LARGEST_SCORE))


def _positive(value: Any, where: str) -> Decimal:
    return number(value, where, least=Decimal("0.0001"), most=LARGEST_SCORE)


_READERS: dict[str, Callable[[Any, str], Scoring]] = {
    "bands": _bands,
    "line": _line,
    "target": _target,
    "events": _events,
    "rank": _rank,
    "graded": _graded,
    "adjustment": _adjustment,
    "veto": _veto,
}
