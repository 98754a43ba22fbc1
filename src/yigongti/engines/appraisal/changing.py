"""What would change an item's points: the next band, the target, one event fewer, the next place; how far off it is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from yigongti.engines.appraisal.arithmetic import SCALE, to_number, to_units
from yigongti.engines.appraisal.definitions import (
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
    Veto,
)
from yigongti.engines.appraisal.points import Peers, distance_of, earned, vetoed
from yigongti.engines.appraisal.wording import figure
from yigongti.foundation.errors import Text

STEP = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Change:
    """A way to more points. value: what the measure would have to be (None: data are missing); distance: how far off
    that is in the measure's unit, with its sign; points: what the item would earn; gain: of the whole score, points."""

    said: Text
    value: Decimal | None
    distance: Decimal | None
    points: Decimal
    observed: Observed
    units: int
    gain: Decimal = Decimal(0)


def ways_up(item: Item, found: Observed, points: int | None, peers: Peers) -> tuple[Change, ...]:
    """The nearest step to more points, and full marks where these are another; nothing where all is earned."""
    if found.value is None:
        return _missing(item, found)
    if isinstance(item.scoring, Veto):
        return _out_of_veto(item, found)
    now = points or 0
    changes: dict[Decimal, Change] = {}
    for value in _candidates(item, found, peers):
        reached = Observed(State.VALUE, value, found.n, found.target)
        units = earned(item, reached, peers)
        if units > now and value != found.value:
            changes[value] = _change(item, found.value, reached, units)
    if not changes:
        return ()
    ordered = sorted(changes.values(), key=_nearest)
    best = max(ordered, key=lambda change: (change.units, -abs(change.distance or Decimal(0))))
    return (ordered[0],) if best is ordered[0] else (ordered[0], best)


def _nearest(change: Change) -> tuple[Decimal, int]:
    return abs(change.distance or Decimal(0)), -change.units


def _candidates(item: Item, found: Observed, peers: Peers) -> list[Decimal]:
    scoring, value = item.scoring, found.value or Decimal(0)
    if isinstance(scoring, Bands):
        edges = [band.range.from_ for band in scoring.bands] + [
            None if band.range.below is None else band.range.below - STEP for band in scoring.bands
        ]
        return [edge for edge in edges if edge is not None]
    if isinstance(scoring, Line):
        return [where for where, _ in scoring.at]
    if isinstance(scoring, ToTarget):
        distance = distance_of(scoring, found)
        return [] if distance is None else [to_number(distance.target)]
    if isinstance(scoring, Events):
        first = (item.weight / scoring.each).to_integral_value(ROUND_CEILING) - 1  # the most events that still earn
        return [max(value - 1, Decimal(0)), max(min(first, value - 1), Decimal(0)), Decimal(0)]
    if isinstance(scoring, Graded):
        return [scoring.of]
    if isinstance(scoring, Adjustment):
        return [value + 1] if scoring.each > 0 else [max(value - 1, Decimal(0)), Decimal(0)]
    if isinstance(scoring, Rank):
        there = peers.by_item[item.id]
        last = [to_units(top) * len(there) // SCALE for top, _ in scoring.tops]
        return [there[place - 1] for place in last if place >= 1]
    return []


def _change(item: Item, value: Decimal, reached: Observed, units: int) -> Change:
    assert reached.value is not None
    distance = reached.value - value
    points = to_number(units)
    more_zh, more_en = ("再增加", "more") if distance > 0 else ("再减少", "less")
    size = figure(abs(distance))
    if isinstance(item.scoring, Adjustment):
        said = Text(
            zh=f"{more_zh} {size}，该项加减分变为 {figure(points)} 分",
            en=f"{size} {more_en}: this adds or takes {figure(points)} points",
        )
    elif isinstance(item.scoring, Bands) and distance < 0:
        edge = reached.value + STEP  # the edge itself belongs to the worse band
        over = figure(value - edge)
        said = Text(
            zh=f"再减少 {over} 以上（低于 {figure(edge)}），得 {figure(points)} 分",
            en=f"more than {over} less (below {figure(edge)}) earns {figure(points)} points",
        )
    else:
        said = Text(
            zh=f"{more_zh} {size}（达到 {figure(reached.value)}），得 {figure(points)} 分",
            en=f"{size} {more_en} (to {figure(reached.value)}) earns {figure(points)} points",
        )
    return Change(said, reached.value, distance, points, reached, units)


def _missing(item: Item, found: Observed) -> tuple[Change, ...]:
    """Without data nothing can be told but that data would change it."""
    if found.state is not State.NO_DATA or not item.carries_weight:
        return ()
    units = to_units(item.weight)
    said = Text(
        zh=f"报送数据后可评分，最高 {figure(item.weight)} 分",
        en=f"with data it can be scored, up to {figure(item.weight)} points",
    )
    return (Change(said, None, None, item.weight, found, units),)


def _out_of_veto(item: Item, found: Observed) -> tuple[Change, ...]:
    scoring = item.scoring
    assert isinstance(scoring, Veto) and found.value is not None
    if vetoed(item, found) is None:
        return ()
    edges = [
        None if scoring.when.from_ is None else scoring.when.from_ - STEP,
        scoring.when.below,
    ]
    whole = found.value == int(found.value) and (scoring.when.from_ or Decimal(0)) % 1 == 0
    if whole and scoring.when.from_ is not None:
        edges[0] = scoring.when.from_ - 1  # events come whole
    there = [edge for edge in edges if edge is not None]
    if not there:
        return ()
    value = min(there, key=lambda edge: abs(edge - (found.value or 0)))
    said = Text(
        zh=f"不再触发否决（{figure(value)}）后，总分不再封顶",
        en=f"at {figure(value)} the veto no longer caps the score",
    )
    return (Change(said, value, value - found.value, Decimal(0), Observed(State.VALUE, value, found.n), 0),)
