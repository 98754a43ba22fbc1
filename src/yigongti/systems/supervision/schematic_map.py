"""A schematic map of a campaign: a field for each township, in it a mark for each place. No tiles from outside.

Where the inspectors' phones told positions, places lie in their field as they lie to each other; where they did not,
they stand in rows. A mark is a colour and a sign, so that it is read without colours too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any

COLUMNS = 4
FIELD, HEAD, GAP, MARK = 250, 26, 14, 9
LEAST_POSITIONS = 3
"""Fewer positions in a township than this say nothing about how its places lie to each other."""

SIGNS = {
    "waiting": "·", "late": "!", "not_reached": "–", "met": "✓", "failed": "✗", "ordered": "▸", "answered": "?",
    "corrected": "✓",
}  # fmt: skip
COLOURS = {
    "waiting": "#55606e", "late": "#b3261e", "not_reached": "#55606e", "met": "#1b6e3c", "failed": "#b3261e",
    "ordered": "#8a5300", "answered": "#0b5cab", "corrected": "#1b6e3c",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the map, in the units of the picture."""

    x: float
    y: float
    sign: str
    colour: str
    filled: bool
    name: str
    standing: str
    href: str


@dataclass(frozen=True, slots=True)
class Field:
    """A township on the map."""

    x: int
    y: int
    width: int
    height: int
    name: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """The whole picture."""

    width: int
    height: int
    fields: tuple[Field, ...]
    located: int


def drawn(groups: Sequence[tuple[str, Sequence[dict[str, Any]]]]) -> Map:
    """The map. groups: the name of a township with its places; of each place name, standing, href, latitude and
    longitude (None where unknown)."""
    depth = ceil(len(groups) / COLUMNS) if groups else 1
    fields = []
    for number, (name, places) in enumerate(groups):
        x = GAP + (number % COLUMNS) * (FIELD + GAP)
        y = GAP + (number // COLUMNS) * (FIELD + GAP)
        fields.append(Field(x, y, FIELD, FIELD, name, tuple(_marks(x, y, places))))
    located = sum(1 for _name, places in groups for place in places if place["latitude"] is not None)
    return Map(GAP + COLUMNS * (FIELD + GAP), GAP + depth * (FIELD + GAP), tuple(fields), located)


def _marks(x: int, y: int, places: Sequence[dict[str, Any]]) -> list[Mark]:
    known = [place for place in places if place["latitude"] is not None and place["longitude"] is not None]
    by_position = len(known) >= LEAST_POSITIONS
    rest = [place for place in places if place not in known] if by_position else list(places)
    inner, top = FIELD - 2 * 22, HEAD + 20
    height = FIELD - top - 18 - (34 * ceil(len(rest) / 8) if by_position and rest else 0)
    found = _scattered(x + 22, y + top, inner, max(height, 40), known) if by_position else []
    below = y + FIELD - 18 - 34 * (ceil(len(rest) / 8) - 1) - 10 if by_position else y + top
    return found + _in_rows(x + 22, below, inner, rest, 8 if by_position else 0)


def _scattered(x: int, y: int, width: int, height: int, places: Sequence[dict[str, Any]]) -> list[Mark]:
    lats = [float(place["latitude"]) for place in places]
    longs = [float(place["longitude"]) for place in places]
    wide, high = max(longs) - min(longs) or 1.0, max(lats) - min(lats) or 1.0
    return [
        _mark(x + (lon - min(longs)) / wide * width, y + (max(lats) - lat) / high * height, place)
        for place, lat, lon in zip(places, lats, longs, strict=True)
    ]


def _in_rows(x: int, y: int, width: int, places: Sequence[dict[str, Any]], across: int) -> list[Mark]:
    if not places:
        return []
    across = across or max(4, ceil(sqrt(len(places))))
    step = width / max(across - 1, 1)
    deep = min(34.0, step)
    return [_mark(x + (n % across) * step, y + (n // across) * deep, place) for n, place in enumerate(places)]


def _mark(x: float, y: float, place: dict[str, Any]) -> Mark:
    standing = place["standing"]
    hollow = standing in ("waiting", "not_reached", "late")
    return Mark(
        round(x, 1), round(y, 1), SIGNS[standing], COLOURS[standing], not hollow, place["name"], standing, place["href"]
    )
