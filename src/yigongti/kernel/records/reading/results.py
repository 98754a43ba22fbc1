"""Observations: what was measured, how much it was, and whether that is usual.

The mark comes from what the laboratory wrote (interpretation), else from the reference range that stands beside the
value. Without either there is no mark: we never bring a range of our own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from yigongti.kernel.records.reading.words import (
    Json,
    Moment,
    code_of,
    coded,
    first_moment,
    number_of,
    quantity,
    referred,
    shown,
    target_of,
    unit_of,
)

NORMAL, HIGH, LOW, VERY_HIGH, VERY_LOW, ABNORMAL, UNKNOWN = (
    "normal", "high", "low", "very_high", "very_low", "abnormal", "",
)  # fmt: skip
_INTERPRETATIONS = {  # HL7 v3 ObservationInterpretation
    "N": NORMAL, "H": HIGH, "HU": VERY_HIGH, "HH": VERY_HIGH, "L": LOW, "LU": VERY_LOW, "LL": VERY_LOW,
    "A": ABNORMAL, "AA": ABNORMAL, "POS": ABNORMAL, "NEG": NORMAL, "ND": NORMAL, "DET": ABNORMAL,
}  # fmt: skip
UNUSUAL = frozenset({HIGH, LOW, VERY_HIGH, VERY_LOW, ABNORMAL})
NOT_SHOWN = frozenset({"entered-in-error", "cancelled", "registered"})
WHEN = ("effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued")


@dataclass(frozen=True, slots=True)
class Result:
    """One observation as it is read.

    code: what makes two results the same test. value: with its unit, or words. number, low, high: for a trend; None
    where the value is no number or no range is given. mark: see above.
    """

    id: str
    code: str
    name: str
    value: str
    unit: str
    number: Decimal | None
    low: Decimal | None
    high: Decimal | None
    range_text: str
    mark: str
    when: Moment | None
    who: str = ""
    category: str = ""
    note: str = ""
    parts: tuple[Result, ...] = ()

    @property
    def is_unusual(self) -> bool:
        return self.mark in UNUSUAL or any(part.is_unusual for part in self.parts)


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a line over time."""

    name: str
    when: Moment
    number: Decimal
    mark: str
    unit: str


@dataclass(frozen=True, slots=True)
class Test:
    """One test over time, newest result first."""

    code: str
    name: str
    results: list[Result] = field(default_factory=list)

    @property
    def newest(self) -> Result:
        return self.results[0]

    @property
    def has_trend(self) -> bool:
        """Whether at least two values can be drawn."""
        return any(len(line) > 1 for line in self.lines)

    @property
    def lines(self) -> list[list[Point]]:
        """What a chart shows, oldest first: one line, or one for each numeric part (the two pressures). Values in
        another unit than the newest one's are left out."""
        found: dict[str, list[Point]] = {}
        units: dict[str, str] = {}
        for one in self.results:
            for told in (one,) if one.number is not None else one.parts:
                key = told.code if told is not one else ""
                if told.number is None or one.when is None or told.unit != units.setdefault(key, told.unit):
                    continue
                found.setdefault(key, []).append(Point(told.name, one.when, told.number, told.mark, told.unit))
        return [list(reversed(points)) for points in found.values()]


def results(resources: Iterable[Json], language: str = "zh-hans") -> list[Result]:
    """The observations among the resources, newest first; those entered in error are left out."""
    found = [
        result(resource, language)
        for resource in resources
        if resource.get("resourceType") == "Observation" and resource.get("status") not in NOT_SHOWN
    ]
    return sorted(found, key=lambda one: one.when.sort_key if one.when else 0.0, reverse=True)


def tests(found: Iterable[Result]) -> list[Test]:
    """The results by test, the test with the newest result first. `found` is newest first."""
    by_code: dict[str, Test] = {}
    for one in found:
        by_code.setdefault(one.code, Test(one.code, one.name)).results.append(one)
    return list(by_code.values())


def result(resource: Json, language: str = "zh-hans") -> Result:
    """One observation; its components (the two pressures, the parts of a panel) become parts of it."""
    parts = tuple(
        _read({**component, "effectiveDateTime": None}, language, None) for component in resource.get("component", [])
    )
    when = first_moment(resource, WHEN)
    return _read(resource, language, when, parts)


def _read(resource: Json, language: str, when: Moment | None, parts: tuple[Result, ...] = ()) -> Result:
    low, high, range_text = _range(resource)
    number = None
    unit = ""
    if isinstance(resource.get("valueQuantity"), dict):
        number, unit = number_of(resource["valueQuantity"].get("value")), unit_of(resource["valueQuantity"])
    elif "valueInteger" in resource:
        number = number_of(resource["valueInteger"])
    notes = [str(note["text"]) for note in resource.get("note", []) if note.get("text")]
    return Result(
        id=f"Observation/{resource.get('id', '')}",
        code=code_of(resource.get("code")),
        name=coded(resource.get("code"), language),
        value=_value(resource, language) or _joined(parts),
        unit=unit,
        number=number,
        low=low,
        high=high,
        range_text=range_text,
        mark=_mark(resource, number, low, high) or _worst(parts),
        when=when,
        who="、".join(filter(None, (referred(one) for one in resource.get("performer", [])))),
        category=_category(resource),
        note=" ".join(notes),
        parts=parts,
    )


def _value(resource: Json, language: str) -> str:
    if "valueQuantity" in resource:
        return quantity(resource["valueQuantity"])
    if "valueCodeableConcept" in resource:
        return coded(resource["valueCodeableConcept"], language)
    for name in ("valueString", "valueInteger", "valueDateTime", "valueTime"):
        if name in resource:
            return str(resource[name])
    if "valueBoolean" in resource:
        return {True: "+", False: "−"}[bool(resource["valueBoolean"])]
    if "valueRatio" in resource:
        ratio = resource["valueRatio"]
        return f"{quantity(ratio.get('numerator'))} : {quantity(ratio.get('denominator'))}"
    return coded(resource.get("dataAbsentReason"), language)


def _joined(parts: tuple[Result, ...]) -> str:
    """128/82 mmHg for parts of one unit; every part with its name otherwise."""
    numbers = [part for part in parts if part.number is not None]
    if len(numbers) == len(parts) == 2 and numbers[0].unit == numbers[1].unit:
        upper, lower = sorted((part.number for part in numbers if part.number is not None), reverse=True)
        return f"{shown(upper)}/{shown(lower)} {numbers[0].unit}".strip()
    return "；".join(f"{part.name} {part.value}" for part in parts if part.value)


def _range(resource: Json) -> tuple[Decimal | None, Decimal | None, str]:
    ranges = [one for one in resource.get("referenceRange", []) if _is_usual(one)]
    if not ranges:
        return None, None, ""
    low, high = (number_of((ranges[0].get(side) or {}).get("value")) for side in ("low", "high"))
    if ranges[0].get("text"):
        return low, high, str(ranges[0]["text"])
    if low is not None and high is not None:
        return low, high, f"{shown(low)}–{shown(high)}"
    if low is not None:
        return low, high, f"≥ {shown(low)}"
    return low, high, f"≤ {shown(high)}" if high is not None else ""


def _is_usual(one: Json) -> bool:
    codings = (one.get("type") or {}).get("coding") or [{}]
    return codings[0].get("code", "normal") in ("normal", "recommended")


def _mark(resource: Json, number: Decimal | None, low: Decimal | None, high: Decimal | None) -> str:
    for concept in resource.get("interpretation", []):
        for coding in concept.get("coding", []):
            if coding.get("code") in _INTERPRETATIONS:
                return _INTERPRETATIONS[coding["code"]]
    if number is None or (low is None and high is None):
        return UNKNOWN
    if low is not None and number < low:
        return LOW
    return HIGH if high is not None and number > high else NORMAL


def _worst(parts: tuple[Result, ...]) -> str:
    marks = [part.mark for part in parts]
    for mark in (VERY_HIGH, VERY_LOW, HIGH, LOW, ABNORMAL):
        if mark in marks:
            return mark
    return NORMAL if marks and all(mark == NORMAL for mark in marks) else UNKNOWN


def _category(resource: Json) -> str:
    for concept in resource.get("category", []):
        for coding in concept.get("coding", []):
            if coding.get("code"):
                return str(coding["code"])
    return ""


def referenced(resource: Json, name: str) -> list[str]:
    """The resources that an element with several references names: ["Observation/1", …]"""
    return [target_of(reference) for reference in resource.get(name, [])]
