"""The scores of thousands of subjects on one card, as one Ibis expression; the same to the last place as scoring.py.

Values come one row for each subject and item: `subject`, `item`, `state` as strings, `value`, `n`, `target` as
decimals (null where there is none), none twice and none that scoring.py would refuse. Everything is reckoned in
64-bit ten-thousandths; a quotient is taken without its remainder, so that floating point decides no digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import pairwise
from operator import add, or_
from typing import Any

import ibis

from yigongti.engines.appraisal.arithmetic import SCALE, to_units
from yigongti.engines.appraisal.definitions import (
    Adjustment,
    Bands,
    Card,
    Events,
    Graded,
    Item,
    Line,
    NotAssessed,
    Range,
    Rank,
    State,
    ToTarget,
    Version,
    Veto,
)
from yigongti.foundation.errors import InvalidInput

COLUMNS = {
    "subject": "string",
    "item": "string",
    "state": "string",
    "value": "decimal(18, 4)",
    "n": "decimal(18, 4)",
    "target": "decimal(18, 4)",
}
_MANY = 200 * SCALE * SCALE


@dataclass(frozen=True, slots=True)
class _Column:
    """The expressions of one item: state as judged, value, target, points, all in ten-thousandths."""

    item: Item
    state: Any
    value: Any
    points: Any


def score_table(values: Any, card: Card, on: date) -> Any:
    """One row per subject: `subject`, `assessed`, `score` (two decimals, null if not assessed), `vetoed`, and for each
    item `points_<item>` (four decimals) and `state_<item>`. Raises InvalidInput for values without their columns."""
    lacking = [name for name in COLUMNS if name not in values.columns]
    if lacking:
        raise InvalidInput(
            "appraisal.columns_missing",
            zh=f"数值表缺少列：{'、'.join(lacking)}",
            en=f"the values lack the columns {', '.join(lacking)}",
        )
    version = card.version_on(on)
    wide = _wide(values, version)
    judged = wide.mutate(**{f"j_{name}": _state(wide, name, item) for name, item in _named(version)})
    ranked = _ranked(judged, version)
    counted = ranked.mutate(**{f"p_{name}": _points(ranked, name, item) for name, item in _named(version)})
    return _scores(_with_rules(counted, version), version)


def _named(version: Version) -> list[tuple[str, Item]]:
    return [(str(number), item) for number, (_, item) in enumerate(version.items)]


def _wide(values: Any, version: Version) -> Any:
    """A row per subject: state, value, cases and target of every item."""
    units = values.mutate(**{name: _units(values[name]) for name in ("value", "n", "target")})
    columns = {}
    for name, item in _named(version):
        own = units.item == item.id
        columns[f"s_{name}"] = units.state.max(where=own)
        for short, column in (("v", "value"), ("n", "n"), ("t", "target")):
            columns[f"{short}_{name}"] = units[column].max(where=own)
    return units.group_by("subject").aggregate(**columns)


def _units(column: Any) -> Any:
    return (column.cast("decimal(18, 4)").cast("decimal(38, 4)") * SCALE).cast("int64")


def _state(rows: Any, name: str, item: Item) -> Any:
    state = rows[f"s_{name}"].fill_null(str(State.NO_DATA))
    has_value = state == str(State.VALUE)
    if item.minimum_cases:
        few = has_value & (rows[f"n_{name}"].fill_null(0) < item.minimum_cases * SCALE)
        state = ibis.ifelse(few, str(State.TOO_FEW), state)
        has_value = has_value & ~few
    if isinstance(item.scoring, ToTarget):
        zero, target = _ends(rows, name, item.scoring)
        far = (target - zero).abs()
        usable = target.notnull() & (target.abs() < 10**12) & (far > 0) & (far < 10**12)
        if item.scoring.zero_share is not None:
            usable = usable & (target > 0)
        state = ibis.ifelse(has_value & ~usable.fill_null(False), str(State.NO_DATA), state)
    return state


def _ends(rows: Any, name: str, scoring: ToTarget) -> tuple[Any, Any]:
    if scoring.target is not None:
        target = ibis.literal(to_units(scoring.target), "int64")
    else:
        own = rows[f"t_{name}"]
        target = ibis.ifelse(own.abs() < 10**12, own, ibis.null("int64"))  # before it is multiplied
    if scoring.zero_share is not None:
        positive = ibis.greatest(target, 0)
        return _quotient(positive * to_units(scoring.zero_share), ibis.literal(SCALE, "int64")), target
    assert scoring.zero_at is not None
    return ibis.literal(to_units(scoring.zero_at), "int64"), target


def _ranked(rows: Any, version: Version) -> Any:
    """Adds the place and the number of peers of every ranked item, and too_few where these are not enough."""
    columns: dict[str, Any] = {}
    for name, item in _named(version):
        if not isinstance(item.scoring, Rank):
            continue
        there = rows[f"j_{name}"] == str(State.VALUE)
        value = ibis.ifelse(there, rows[f"v_{name}"], ibis.null("int64"))
        order = value.desc(nulls_first=False) if item.scoring.higher_first else value.asc(nulls_first=False)
        peers = there.cast("int64").sum().over(ibis.window())
        columns[f"place_{name}"] = ibis.rank().over(ibis.window(order_by=order)) + 1
        columns[f"peers_{name}"] = peers
        few = there & (peers < item.scoring.least)
        columns[f"j_{name}"] = ibis.ifelse(few, str(State.TOO_FEW), rows[f"j_{name}"])
    return rows.mutate(**columns) if columns else rows


def _points(rows: Any, name: str, item: Item) -> Any:
    """What a value earns; null without one."""
    scoring, value, weight = item.scoring, rows[f"v_{name}"], to_units(item.weight)
    if isinstance(scoring, Bands):
        found = ibis.cases(*[(_inside(value, band.range), to_units(band.points)) for band in scoring.bands], else_=0)
    elif isinstance(scoring, Line):
        found = _on_line(value, scoring)
    elif isinstance(scoring, ToTarget):
        zero, target = _ends(rows, name, scoring)
        whole = (target - zero).abs()
        way = ibis.ifelse(target > zero, value - zero, zero - value)
        gone = ibis.least(ibis.greatest(way, 0), whole)
        found = _quotient(gone * weight, ibis.greatest(whole, 1))
    elif isinstance(scoring, Events):
        lost = _quotient(_clamped(value, 0, _MANY) * to_units(scoring.each), ibis.literal(SCALE, "int64"))
        found = ibis.greatest(weight - lost, 0)
    elif isinstance(scoring, Rank):
        place, peers = rows[f"place_{name}"] * SCALE, rows[f"peers_{name}"]
        tops = [(place <= peers * to_units(top), to_units(points)) for top, points in scoring.tops]
        found = ibis.cases(*tops, else_=0)
    elif isinstance(scoring, Graded):
        most = to_units(scoring.of)
        found = _quotient(_clamped(value, 0, most) * weight, ibis.literal(most, "int64"))
    elif isinstance(scoring, Adjustment):
        size = _quotient(_clamped(value, 0, _MANY) * abs(to_units(scoring.each)), ibis.literal(SCALE, "int64"))
        size = ibis.least(size, to_units(scoring.most))
        found = size if scoring.each > 0 else -size
    else:
        found = ibis.literal(0, "int64")
    return ibis.ifelse(rows[f"j_{name}"] == str(State.VALUE), found.cast("int64"), ibis.null("int64"))


def _with_rules(rows: Any, version: Version) -> Any:
    """Points of items without a value, as the card rules: full, nothing, or still null (its weight goes to others)."""
    columns = {}
    for name, item in _named(version):
        if not item.carries_weight:
            continue
        rules = {**version.not_assessed, **item.not_assessed}
        given = {NotAssessed.FULL: to_units(item.weight), NotAssessed.NOTHING: 0}
        cases = [(rows[f"j_{name}"] == str(state), given[rule]) for state, rule in rules.items() if rule in given]
        if cases:
            otherwise = ibis.cases(*cases, else_=ibis.null("int64"))
            columns[f"p_{name}"] = ibis.coalesce(rows[f"p_{name}"], otherwise).cast("int64")
    return rows.mutate(**columns) if columns else rows


def _scores(rows: Any, version: Version) -> Any:
    zero = ibis.literal(0, "int64")
    full = to_units(version.full_score)
    earned, whole, judged = zero, zero, zero
    sections: dict[str, list[tuple[str, Item]]] = {section.id: [] for section in version.sections}
    for (name, item), (section, _) in zip(_named(version), version.items, strict=True):
        if item.carries_weight:
            sections[section.id].append((name, item))
    for section in version.sections:
        own = sections[section.id]
        if not own:
            continue
        weight = to_units(section.weight)
        there = reduce(add, [rows[f"p_{n}"].notnull().cast("int64") * to_units(item.weight) for n, item in own])
        points = reduce(add, [rows[f"p_{n}"].fill_null(0) for n, _ in own])
        part = _quotient(points * weight, ibis.greatest(there, 1))
        earned = earned + ibis.ifelse(there > 0, part, 0)
        whole = whole + ibis.ifelse(there > 0, ibis.literal(weight, "int64"), zero)
        judged = judged + there
    rows = rows.mutate(earned=earned, whole=whole, judged=judged)
    base = ibis.ifelse(rows.whole > 0, _quotient(rows.earned * full, ibis.greatest(rows.whole, 1)), 0)
    kept = _clamped(base + _added(rows, version), 0, full)
    bites = _bites(rows, version)
    caps = [ibis.ifelse(bite, ibis.literal(cap, "int64"), ibis.literal(full, "int64")) for bite, cap in bites]
    score = _quotient(reduce(ibis.least, caps, kept), ibis.literal(100, "int64"))
    assessed = (rows.judged > 0) & (rows.judged >= to_units(version.least_assessed))
    if version.left_out:
        assessed = assessed & ~rows.subject.isin(sorted(version.left_out))
    return rows.select(
        subject=rows.subject,
        assessed=assessed,
        score=ibis.ifelse(assessed, (score / 100).cast("decimal(9, 2)"), ibis.null("decimal(9, 2)")),
        vetoed=reduce(or_, [bite for bite, _ in bites]) if bites else ibis.literal(False),
        **{f"points_{item.id}": (rows[f"p_{n}"] / SCALE).cast("decimal(9, 4)") for n, item in _named(version)},
        **{f"state_{item.id}": rows[f"j_{n}"] for n, item in _named(version)},
    )


def _added(rows: Any, version: Version) -> Any:
    adjustments = [rows[f"p_{n}"].fill_null(0) for n, item in _named(version) if isinstance(item.scoring, Adjustment)]
    return reduce(add, adjustments, ibis.literal(0, "int64"))


def _bites(rows: Any, version: Version) -> list[tuple[Any, int]]:
    """Whether each veto bites, with what it caps the score at."""
    found = []
    for name, item in _named(version):
        if isinstance(item.scoring, Veto):
            inside = _inside(rows[f"v_{name}"], item.scoring.when).fill_null(False)
            there = rows[f"j_{name}"] == str(State.VALUE)
            found.append((there & inside, to_units(item.scoring.caps_at)))
    return found


def _inside(value: Any, within: Range) -> Any:
    tests = []
    if within.from_ is not None:
        tests.append(value >= to_units(within.from_))
    if within.below is not None:
        tests.append(value < to_units(within.below))
    return reduce(lambda one, other: one & other, tests, value.notnull())


def _on_line(value: Any, scoring: Line) -> Any:
    at = [(to_units(where), to_units(points)) for where, points in scoring.at]
    inside = _clamped(value, at[0][0], at[-1][0])
    parts = []
    for (left, low), (right, high) in pairwise(at):
        between = _clamped(inside, left, right)  # keeps the branches not taken inside 64 bits
        share = (right - between) * low + (between - left) * high
        parts.append((inside <= right, _quotient(share, ibis.literal(right - left, "int64"))))
    return ibis.cases(*parts, else_=at[-1][1])


def _clamped(value: Any, least: int, most: int) -> Any:
    return ibis.least(ibis.greatest(value, ibis.literal(least, "int64")), ibis.literal(most, "int64"))


def _quotient(numerator: Any, denominator: Any) -> Any:
    """numerator ÷ denominator half-up. What is divided has no remainder, so the double quotient rounds exactly."""
    twice, half_up = denominator * 2, numerator * 2 + denominator
    return ((half_up - half_up % twice) / twice).round().cast("int64")
