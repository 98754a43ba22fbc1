"""One test over time as a small picture: a line, the usual range as a band, unusual values in another colour and shape.

Drawn on the server, so that it shows without a script and prints.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from yigongti.kernel.records.reading.courses import Course

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 360, 220, 58, 14, 16, 38
MOST_POINTS = 24
SQUARE = 12


@dataclass(frozen=True, slots=True)
class Dot:
    """One value: where it stands, what it says, whether it is unusual."""

    x: float
    y: float
    text: str
    unusual: bool

    @property
    def left(self) -> float:
        """Left edge of the square that stands for an unusual value."""
        return round(self.x - SQUARE / 2, 1)

    @property
    def top(self) -> float:
        """Its upper edge."""
        return round(self.y - SQUARE / 2, 1)


@dataclass(frozen=True, slots=True)
class Trend:
    """What the template draws. band: top and height of the usual range, None without one."""

    lines: list[str]
    dots: list[Dot]
    band: tuple[float, float] | None
    low: str
    high: str
    first: str
    last: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = HEIGHT - BOTTOM


def trend(test: Course, language: str) -> Trend | None:
    """The picture of the newest values; None where there is nothing to draw."""
    lines = [line[-MOST_POINTS:] for line in test.lines if len(line) > 1]
    if not lines:
        return None
    points = [point for line in lines for point in line]
    values = [point.number for point in points if point.number is not None]
    newest = test.newest
    usual = [edge for edge in (newest.low, newest.high) if edge is not None] if len(lines) == 1 else []
    bottom, top = _edges([*values, *usual])
    first, last = min(p.when for p in points), max(p.when for p in points)
    span = (last.sort_key - first.sort_key) or 1.0

    def x(at: float) -> float:
        return round(LEFT + (at - first.sort_key) / span * (WIDTH - LEFT - RIGHT), 1)

    def y(value: Decimal) -> float:
        share = float((value - bottom) / (top - bottom))
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    band = None
    if usual:
        upper = y(newest.high) if newest.high is not None else float(TOP)
        lower = y(newest.low) if newest.low is not None else float(HEIGHT - BOTTOM)
        band = (upper, round(lower - upper, 1))
    return Trend(
        lines=[" ".join(f"{x(p.when.sort_key)},{y(p.number)}" for p in line if p.number is not None) for line in lines],
        dots=[
            Dot(
                x(p.when.sort_key), y(p.number), f"{p.when.in_language(language)} {p.name} {p.number:f} {p.unit}",
                p.is_unusual,
            )
            for p in points
            if p.number is not None
        ],
        band=band,
        low=f"{bottom:f}",
        high=f"{top:f}",
        first=_short(first.day.isoformat()),
        last=_short(last.day.isoformat()),
    )  # fmt: skip


def _short(day: str) -> str:
    return day[:7].replace("-", "/")


def _edges(values: list[Decimal]) -> tuple[Decimal, Decimal]:
    """Round edges a little beyond the values."""
    low, high = min(values), max(values)
    room = (high - low or abs(high) or Decimal(1)) / 8
    step = Decimal(10) ** (high - low or abs(high) or Decimal(1)).adjusted()
    bottom = ((low - room) // step) * step
    if low >= 0 > bottom:
        bottom = Decimal(0)
    top = -((-(high + room)) // step) * step
    return (bottom, top) if top > bottom else (bottom, bottom + step)
