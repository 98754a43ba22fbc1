"""Results over time: the results of one test together, the newest of each, and what can be drawn as a line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from yigongti.kernel.records.reading.results import PRESSURE_KEY, Result


@dataclass(frozen=True, slots=True)
class Course:
    """One test over time, newest result first."""

    key: str
    name: str
    results: list[Result] = field(default_factory=list)

    @property
    def newest(self) -> Result:
        return self.results[0]

    @property
    def lines(self) -> list[list[Result]]:
        """What a chart shows, oldest first: one line, or one for each numeric part (the two pressures). Values in
        another unit than the newest one's, and those without a day, are left out."""
        found: dict[str, list[Result]] = {}
        for one in self.results:
            has_parts = one.number is None or one.key == PRESSURE_KEY
            for told in one.parts if has_parts else (one,):
                line = found.setdefault(told.key if has_parts else "", [])
                if told.number is not None and told.when and (not line or told.unit == line[0].unit):
                    line.append(told)
        return [line[::-1] for line in found.values() if line]

    @property
    def points(self) -> list[Result]:
        """The results with a number in the newest one's unit, oldest first."""
        numeric = [one for one in self.results if one.number is not None]
        return [one for one in numeric if one.unit == numeric[0].unit][::-1]

    @property
    def unit(self) -> str:
        return self.points[-1].unit if self.points else ""

    @property
    def low(self) -> Decimal | None:
        return self.newest.low

    @property
    def high(self) -> Decimal | None:
        return self.newest.high


def courses_of(results: Iterable[Result]) -> list[Course]:
    """The results by test, the test with the newest result first. `results` come newest first."""
    found: dict[str, Course] = {}
    for result in results:
        found.setdefault(result.key, Course(result.key, result.name)).results.append(result)
    return list(found.values())


def latest(results: Iterable[Result]) -> list[Result]:
    """The newest result of each kind: those outside their range first, then by day. `results` come newest first."""
    newest = [course.newest for course in courses_of(results)]
    return sorted(newest, key=lambda result: not result.is_unusual)


def measured_twice(results: Iterable[Result], since: date) -> list[Course]:
    """The courses of what was measured at least twice since the day, in one unit: blood pressure first, then what lies
    outside its range, then what was measured most."""
    numeric = (result for result in results if result.number is not None and result.when.day >= since)
    found = [course for course in courses_of(numeric) if len(course.points) >= 2]
    return sorted(found, key=lambda course: (course.key != PRESSURE_KEY, not _outside(course), -len(course.points)))


def _outside(course: Course) -> bool:
    return any(point.flag in ("high", "low") for point in course.points)
