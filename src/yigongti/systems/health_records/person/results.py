"""Results of laboratory and measurement: value, unit, reference range and whether it lies outside; latest and course.

Blood pressure comes as one Observation with two components (LOINC 85354-9) or as two Observations of one moment (8480-6
and 8462-4); here it is one result. Codes from LOINC, from memory, unchecked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yigongti.systems.health_records.person.elements import (
    Resource,
    When,
    codes,
    every,
    key_of,
    plain,
    quantity,
    words,
)
from yigongti.systems.health_records.person.facts import Fact

SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"
BLOOD_PRESSURE = frozenset({"85354-9", "55284-4"})
FASTING_GLUCOSE = frozenset({"1558-6", "14771-0", "76629-5"})
HBA1C = frozenset({"4548-4", "17856-6", "59261-8"})
PRESSURE_KEY = "blood pressure"


@dataclass(frozen=True, slots=True)
class Result:
    """One result. flag: "high", "low", "abnormal", "normal", or "" where nothing says. number: None for words."""

    fact: Fact
    key: str
    name: str
    when: When
    value: str
    unit: str = ""
    number: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    flag: str = ""
    diastolic: Decimal | None = None

    @property
    def range(self) -> str:
        """The reference range in signs: 3.9–6.1, ≤ 5.2, ≥ 1.0"""
        if self.low is not None and self.high is not None:
            return f"{plain(self.low)}–{plain(self.high)}"
        if self.high is not None:
            return f"≤ {plain(self.high)}"
        return f"≥ {plain(self.low)}" if self.low is not None else ""


def results_of(facts: Iterable[Fact]) -> list[Result]:
    """All results of Observations that say a value, newest first; systolic and diastolic of one moment made one."""
    found: list[Result] = []
    halves: dict[str, dict[str, Fact]] = {}
    for fact in facts:
        coded = codes(fact.resource.get("code"))
        half = next((code for code in (SYSTOLIC, DIASTOLIC) if code in coded), "")
        if half and "component" not in fact.resource:
            halves.setdefault(fact.when.text, {})[half] = fact
        else:
            found += _results(fact)
    for pair in halves.values():
        found += _paired(pair)
    return sorted(found, key=lambda result: result.when, reverse=True)


def _results(fact: Fact) -> list[Result]:
    resource = fact.resource
    pressure = _pressure_of_components(fact)
    if pressure is not None:
        return [pressure]
    own = _result(fact, resource, key_of(resource.get("code")), words(resource.get("code")))
    if own is not None:
        return [own]
    parts = []
    for component in every(resource.get("component")):
        name = words(component.get("code"))
        part = _result(fact, component, key_of(component.get("code")), name)
        if part is not None:
            parts.append(part)
    return parts


def _result(fact: Fact, said: Resource, key: str, name: str) -> Result | None:
    value, unit = quantity(said.get("valueQuantity"))
    text = plain(value) if value is not None else _in_words(said)
    if not text:
        return None
    low, high = _range(said)
    return Result(
        fact, key, name, fact.when, text, unit, value, low, high, _flag(said, value, low, high)
    )  # fmt: skip


def _in_words(said: Resource) -> str:
    for name in ("valueString", "valueInteger", "valueDateTime", "valueTime"):
        if said.get(name) not in (None, ""):
            return str(said[name])
    if isinstance(said.get("valueBoolean"), bool):
        return str(_("yes")) if said["valueBoolean"] else str(_("no"))
    if "valueRange" in said:
        low, high = (quantity(first_of(said["valueRange"]).get(end))[0] for end in ("low", "high"))
        return "–".join(plain(end) for end in (low, high) if end is not None)
    return words(said.get("valueCodeableConcept"))


def first_of(value: Any) -> dict[str, Any]:
    """The first object of an element, or an empty one."""
    return next(every(value), {})


def _range(said: Resource) -> tuple[Decimal | None, Decimal | None]:
    for given in every(said.get("referenceRange")):
        if not words(given.get("type")) or "normal" in codes(given.get("type")):
            return quantity(given.get("low"))[0], quantity(given.get("high"))[0]
    return None, None


_FLAGS = {
    "H": "high", "HH": "high", "HU": "high", "L": "low", "LL": "low", "LU": "low", "A": "abnormal", "AA": "abnormal",
    "POS": "abnormal", "N": "normal", "NEG": "normal",
}  # fmt: skip
"""HL7 v3 ObservationInterpretation; positive counts as worth a look."""


def _flag(said: Resource, value: Decimal | None, low: Decimal | None, high: Decimal | None) -> str:
    for code in codes(said.get("interpretation")):
        if code in _FLAGS:
            return _FLAGS[code]
    if value is None or (low is None and high is None):
        return ""
    if low is not None and value < low:
        return "low"
    return "high" if high is not None and value > high else "normal"


def _pressure_of_components(fact: Fact) -> Result | None:
    parts = {}
    for component in every(fact.resource.get("component")):
        for code in codes(component.get("code")) & {SYSTOLIC, DIASTOLIC}:
            parts[code] = component
    if SYSTOLIC not in parts or DIASTOLIC not in parts:
        return None
    high, unit = quantity(parts[SYSTOLIC].get("valueQuantity"))
    low, _unit = quantity(parts[DIASTOLIC].get("valueQuantity"))
    return _pressure(fact, high, low, unit)


def _pressure(fact: Fact, systolic: Decimal | None, diastolic: Decimal | None, unit: str) -> Result | None:
    if systolic is None or diastolic is None:
        return None
    unit = "mmHg" if unit in ("mm[Hg]", "") else unit
    text = f"{plain(systolic)}/{plain(diastolic)}"
    return Result(
        fact, PRESSURE_KEY, _("Blood pressure"), fact.when, text, unit, number=systolic, diastolic=diastolic
    )  # fmt: skip


def _paired(pair: dict[str, Fact]) -> list[Result]:
    """One pressure of the two halves; a half alone stays a result of its own."""
    if len(pair) == 2:
        high, unit = quantity(pair[SYSTOLIC].resource.get("valueQuantity"))
        low, _unit = quantity(pair[DIASTOLIC].resource.get("valueQuantity"))
        made = _pressure(pair[SYSTOLIC], high, low, unit)
        if made is not None:
            return [made]
    return [result for fact in pair.values() for result in _results(fact)]


def latest(results: Iterable[Result]) -> list[Result]:
    """The newest result of each kind: those outside their range first, then by day. `results` come newest first."""
    newest: dict[str, Result] = {}
    for result in results:
        newest.setdefault(result.key, result)
    outside = {"high": 0, "low": 0, "abnormal": 0}
    in_order = sorted(newest.values(), key=lambda result: result.when, reverse=True)
    return sorted(in_order, key=lambda result: outside.get(result.flag, 1))


@dataclass(frozen=True, slots=True)
class Course:
    """The numbers of one kind of result since a day, oldest first."""

    key: str
    name: str
    unit: str
    points: tuple[Result, ...]

    @property
    def low(self) -> Decimal | None:
        return self.points[-1].low

    @property
    def high(self) -> Decimal | None:
        return self.points[-1].high


def courses(results: Iterable[Result], since: date) -> list[Course]:
    """The courses of everything that was measured at least twice since the day, in one unit: blood pressure first, then
    what lies outside its range, then what was measured most."""
    grouped: dict[str, list[Result]] = {}
    for result in results:
        if result.number is not None and result.when.day >= since:
            grouped.setdefault(result.key, []).append(result)
    found = []
    for key, points in grouped.items():
        same_unit = [point for point in points if point.unit == points[0].unit]
        if len(same_unit) >= 2:
            found.append(Course(key, points[0].name, points[0].unit, tuple(reversed(same_unit))))
    return sorted(found, key=lambda course: (course.key != PRESSURE_KEY, not _outside(course), -len(course.points)))


def _outside(course: Course) -> bool:
    return any(point.flag in ("high", "low") for point in course.points)
