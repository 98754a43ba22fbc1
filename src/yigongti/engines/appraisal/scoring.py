"""One subject's score on a card, with why each point stands and what would change it.

    1. each item: its value is judged (too few cases, no data …) and earns points, or is not assessed
    2. what is not assessed gives its weight to the others, keeps full marks, or earns nothing, as the card says
    3. adjustments are added, the sum stays between nothing and full, a veto caps it, and it is rounded to two decimals

Followed line by line in docs/algorithms/appraisal.md; table.py does the same for thousands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from yigongti.engines.appraisal.arithmetic import ended, quotient, shared, to_number, to_units
from yigongti.engines.appraisal.changing import Change, ways_up
from yigongti.engines.appraisal.definitions import (
    Adjustment,
    Card,
    Grade,
    Item,
    NotAssessed,
    Observed,
    State,
    ToTarget,
    Version,
)
from yigongti.engines.appraisal.points import Peers, Values, earned, judged, peers_of, vetoed
from yigongti.engines.appraisal.wording import why_item, why_nothing, why_total
from yigongti.foundation.errors import InvalidInput, Text
from yigongti.foundation.trace import Trace

NOTHING = Text(zh="", en="")


@dataclass(frozen=True, slots=True)
class ItemScore:
    """points: as earned, four decimals, None where it is not assessed or is a veto. counts_for: its weight after others
    gave theirs. rule: what became of an item without a value. why: a sentence. changes: what would earn more, with
    the gain of the whole score."""

    section: str
    item: str
    label: Text
    weight: Decimal
    observed: Observed
    points: Decimal | None
    counts_for: Decimal
    rule: NotAssessed | None
    why: Text
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """score: two decimals, None where the subject is not assessed (`reason` says why). vetoes: ids of the items that
    capped it. coefficient: what the money is multiplied by."""

    card: str
    version_from: date
    subject: str
    score: Decimal | None
    reason: Text
    grade: Grade | None
    coefficient: Decimal | None
    vetoes: tuple[str, ...]
    items: tuple[ItemScore, ...]
    trace: Trace

    @property
    def assessed(self) -> bool:
        return self.score is not None


@dataclass(frozen=True, slots=True)
class _Judged:
    """An item on the way: points None where it gives its weight away."""

    section: str
    item: Item
    found: Observed
    rule: NotAssessed | None
    points: int | None


def score_all(card: Card, values: Mapping[str, Values], on: date, *, explain: bool = True) -> list[Score]:
    """The scores of all subjects of a period, in the order given; on: the period's last day. Raises InvalidInput."""
    version = _version(card, on, values.values())
    peers = peers_of(version, values.values())
    return [_score(card, version, subject, own, peers, explain) for subject, own in values.items()]


def score_one(
    card: Card, subject: str, values: Values, on: date, *, everybody: Sequence[Values] = (), explain: bool = True
) -> Score:
    """One subject's score. everybody: the values of all who are ranked with it, its own among them; without them it is
    ranked alone."""
    version = _version(card, on, [values])
    return _score(card, version, subject, values, peers_of(version, everybody or [values]), explain)


def _version(card: Card, on: date, given: Iterable[Values]) -> Version:
    version = card.version_on(on)
    names = {item.id for _, item in version.items}
    for values in given:
        unknown = sorted(set(values) - names)
        if unknown:
            raise InvalidInput(
                "appraisal.item_unknown",
                zh=f"评分表 {card.id} 没有这些项目：{'、'.join(unknown)}",
                en=f"the card {card.id} has no such items: {', '.join(unknown)}",
                where=card.path,
            )
    for _, item in version.items:
        if isinstance(item.scoring, ToTarget) and item.scoring.until is not None and item.scoring.until < on:
            raise InvalidInput(
                "appraisal.target_in_the_past",
                zh=f"“{item.label.zh}”的目标只定到 {item.scoring.until}，不能用于 {on} 的评分",
                en=f"the target of “{item.label.en}” was set until {item.scoring.until}; it cannot score {on}",
                where=card.path,
            )
    return version


def _score(card: Card, version: Version, subject: str, values: Values, peers: Peers, explain: bool) -> Score:
    rows = [_judge(section.id, item, version, values, peers) for section, item in version.items]
    trace = Trace()
    reason = _not_assessed(version, subject, rows)
    units, caps = _total(version, rows)
    score = None if reason else Decimal(units).scaleb(-2)
    counts = _counts_for(version, rows)
    items = []
    for row in rows:
        why = why_item(row.item, row.found, row.points, row.rule, peers)
        changes = _changes(version, rows, row, peers, units) if explain and score is not None else ()
        weight = to_number(counts.get(row.item.id, 0))
        points = None if row.points is None else to_number(row.points)
        items.append(
            ItemScore(
                row.section,
                row.item.id,
                row.item.label,
                row.item.weight,
                row.found,
                points,
                weight,
                row.rule,
                why,
                changes,
            )
        )
        trace.add(row.item.id, zh=why.zh, en=why.en, passed=row.found.state is State.VALUE, source=version.source)
    said = reason or why_total(version, score or Decimal(0), caps)
    trace.add("score", zh=said.zh, en=said.en, passed=reason is None, source=version.source)
    return Score(
        card.id,
        version.from_on,
        subject,
        score,
        reason or NOTHING,
        None if score is None else version.grade(score),
        None if score is None else version.money.coefficient_of(score, version.full_score),
        tuple(caps),
        tuple(items),
        trace,
    )


def _judge(section: str, item: Item, version: Version, values: Values, peers: Peers) -> _Judged:
    found = judged(item, values, peers)
    if found.state is State.VALUE:
        return _Judged(section, item, found, None, earned(item, found, peers))
    if not item.carries_weight:
        return _Judged(section, item, found, None, None)
    rule = item.not_assessed.get(found.state, version.not_assessed[found.state])
    points = {NotAssessed.FULL: to_units(item.weight), NotAssessed.NOTHING: 0, NotAssessed.OTHERS: None}[rule]
    return _Judged(section, item, found, rule, points)


def _not_assessed(version: Version, subject: str, rows: Sequence[_Judged]) -> Text | None:
    if subject in version.left_out:
        return why_nothing("left_out")
    weight = sum((row.item.weight for row in rows if row.item.carries_weight and row.points is not None), Decimal(0))
    if weight < version.least_assessed or weight == 0:
        return why_nothing("too_little", weight, version.least_assessed)
    return None


def _total(version: Version, rows: Sequence[_Judged]) -> tuple[int, dict[str, int]]:
    """The score in hundredths, and the vetoes that bite with what they cap it at."""
    sections = []
    for section in version.sections:
        own = [r for r in rows if r.section == section.id and r.item.carries_weight and r.points is not None]
        weight = sum(to_units(row.item.weight) for row in own)
        sections.append((to_units(section.weight), weight, sum(row.points or 0 for row in own)))
    added = sum(row.points or 0 for row in rows if isinstance(row.item.scoring, Adjustment))
    caps = {row.item.id: cap for row in rows if (cap := vetoed(row.item, row.found)) is not None}
    full = to_units(version.full_score)
    return ended(shared(sections, full), full, added, caps.values()), caps


def _counts_for(version: Version, rows: Sequence[_Judged]) -> dict[str, int]:
    """What each assessed item's weight became, in ten-thousandths (told, not reckoned with)."""
    there = [row for row in rows if row.item.carries_weight and row.points is not None]
    assessed = {
        section.id: sum(to_units(row.item.weight) for row in there if row.section == section.id)
        for section in version.sections
    }
    weights = {section.id: to_units(section.weight) for section in version.sections}
    whole = sum(weights[name] for name, weight in assessed.items() if weight)
    full = to_units(version.full_score)
    return {
        row.item.id: quotient(to_units(row.item.weight) * weights[row.section] * full, assessed[row.section] * whole)
        for row in there
        if whole
    }


def _changes(version: Version, rows: Sequence[_Judged], row: _Judged, peers: Peers, units: int) -> tuple[Change, ...]:
    """What would earn this item more, with what the whole score would gain by it alone."""
    found = []
    for change in ways_up(row.item, row.found, row.points, peers):
        changed = replace(row, points=change.units, found=change.observed, rule=None)
        others = [changed if each is row else each for each in rows]
        gain = Decimal(_total(version, others)[0] - units).scaleb(-2)
        found.append(replace(change, gain=gain))
    return tuple(found)
