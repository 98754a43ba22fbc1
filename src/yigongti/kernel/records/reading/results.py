"""Results of laboratory and measurement: value, unit, reference range, and whether that is usual.

The mark comes from what the laboratory wrote (interpretation), else from the reference range that stands beside the
value. Without either there is no mark: we never bring a range of our own.

Blood pressure comes as one Observation with two components (LOINC 85354-9) or as two Observations of one moment (8480-6
and 8462-4); here it is one result. Codes from LOINC, from memory, unchecked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from yigongti.kernel.records.reading.elements import (
    Resource,
    amount,
    codes,
    compared,
    displays,
    every,
    first_code,
    first_of,
    key_of,
    number_of,
    quantity,
    shown,
    words,
)
from yigongti.kernel.records.reading.facts import Fact
from yigongti.kernel.records.reading.moments import Moment

SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"
BLOOD_PRESSURE = frozenset({"85354-9", "55284-4"})
FASTING_GLUCOSE = frozenset({"1558-6", "14771-0", "76629-5"})
HBA1C = frozenset({"4548-4", "17856-6", "59261-8"})
PRESSURE_KEY = "blood pressure"

NORMAL, HIGH, LOW, VERY_HIGH, VERY_LOW, ABNORMAL, UNKNOWN = (
    "normal", "high", "low", "very_high", "very_low", "abnormal", "",
)  # fmt: skip
_INTERPRETATIONS = {
    "N": NORMAL, "H": HIGH, "HU": VERY_HIGH, "HH": VERY_HIGH, "L": LOW, "LU": VERY_LOW, "LL": VERY_LOW,
    "A": ABNORMAL, "AA": ABNORMAL, "POS": ABNORMAL, "NEG": NORMAL, "ND": NORMAL, "DET": ABNORMAL,
}  # fmt: skip
"""HL7 v3 ObservationInterpretation; positive counts as worth a look."""
UNUSUAL = (VERY_HIGH, VERY_LOW, HIGH, LOW, ABNORMAL)
"""The marks outside what is usual, the gravest first."""
NOT_SHOWN = frozenset({"entered-in-error", "cancelled", "registered"})


@dataclass(frozen=True, slots=True)
class Result:
    """One result.

    key: what makes two results the same test. value: without its unit, or words. number: None for words; of a pressure
    the systolic, with `diastolic` beside it. range: as it is shown ("3.9–6.1"). mark: see above. parts: the components,
    the two pressures among them.
    """

    fact: Fact
    key: str
    name: str
    when: Moment
    value: str
    unit: str = ""
    number: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    range: str = ""
    mark: str = UNKNOWN
    diastolic: Decimal | None = None
    parts: tuple[Result, ...] = ()

    @property
    def said(self) -> str:
        """The value with its unit."""
        return f"{self.value} {self.unit}".strip()

    @property
    def flag(self) -> str:
        """The mark without its degree: "high", "low", "abnormal", "normal" or ""."""
        return {VERY_HIGH: HIGH, VERY_LOW: LOW}.get(self.mark, self.mark)

    @property
    def is_unusual(self) -> bool:
        return self.mark in UNUSUAL

    @property
    def category(self) -> str:
        """The first code of the Observation's category ("laboratory")."""
        return first_code(self.fact.resource.get("category"))

    @property
    def who(self) -> str:
        """Who measured, as the references are called."""
        return displays(self.fact.resource.get("performer"))

    @property
    def note(self) -> str:
        """What was written beside it."""
        return " ".join(str(note["text"]) for note in every(self.fact.resource.get("note")) if note.get("text"))


def results_of(facts: Iterable[Fact]) -> list[Result]:
    """All results of Observations, newest first; systolic and diastolic of one moment made one."""
    found: list[Result] = []
    halves: dict[str, dict[str, Fact]] = {}
    for fact in facts:
        if fact.resource.get("status") in NOT_SHOWN:
            continue
        coded = codes(fact.resource.get("code"))
        half = next((code for code in (SYSTOLIC, DIASTOLIC) if code in coded), "")
        if half and "component" not in fact.resource:
            halves.setdefault(fact.when.text, {})[half] = fact
        else:
            found.append(result(fact))
    for pair in halves.values():
        found += _paired(pair)
    return sorted(found, key=lambda result: result.when, reverse=True)


def result(fact: Fact) -> Result:
    """One Observation as one result. Of a panel without a value of its own, the value is that of its parts."""
    resource = fact.resource
    components = list(every(resource.get("component")))
    own = replace(_read(fact, resource), parts=tuple(_read(fact, component) for component in components))
    pressures = _pressures_among(resource, own.parts)
    if pressures is not None:
        return _pressure(own, *pressures)
    if _is_panel(own):
        own = replace(own, value="；".join(f"{part.name} {part.said}" for part in own.parts if part.value))
    return replace(own, mark=own.mark or _worst(own.parts))


def singly(results: Iterable[Result]) -> list[Result]:
    """Every value as a result of its own: a panel is replaced by its parts, what says nothing is left out."""
    apart = (told for one in results for told in (one.parts if _is_panel(one) else (one,)))
    return [one for one in apart if one.value]


def _is_panel(one: Result) -> bool:
    """Whether it says something in its parts only; a blood pressure says one thing."""
    has_value = any(name.startswith("value") for name in one.fact.resource)
    return bool(one.parts) and one.key != PRESSURE_KEY and not has_value


def _read(fact: Fact, said: Resource) -> Result:
    """An Observation or a component of one, which have the same elements."""
    low, high, range = _range(said)
    number, unit = quantity(said.get("valueQuantity"))
    if number is None and "valueInteger" in said:
        number, unit = number_of(said["valueInteger"]), ""
    return Result(
        fact,
        key_of(said.get("code")),
        words(said.get("code")),
        fact.when,
        _in_words(said) if number is None else compared(said.get("valueQuantity")) + shown(number),
        unit,
        number,
        low,
        high,
        range,
        _mark(said, number, low, high),
    )


def _in_words(said: Resource) -> str:
    for name in ("valueString", "valueDateTime", "valueTime"):
        if said.get(name) not in (None, ""):
            return str(said[name])
    if isinstance(said.get("valueBoolean"), bool):
        return str(_("yes")) if said["valueBoolean"] else str(_("no"))
    if "valueRange" in said:
        return "–".join(filter(None, (amount(first_of(said["valueRange"]).get(end)) for end in ("low", "high"))))
    if "valueRatio" in said:
        return " : ".join(amount(first_of(said["valueRatio"]).get(end)) for end in ("numerator", "denominator"))
    return words(said.get("valueCodeableConcept")) or words(said.get("dataAbsentReason"))


def _range(said: Resource) -> tuple[Decimal | None, Decimal | None, str]:
    for given in every(said.get("referenceRange")):
        if words(given.get("type")) and not codes(given.get("type")) & {"normal", "recommended"}:
            continue
        low, high = quantity(given.get("low"))[0], quantity(given.get("high"))[0]
        return low, high, str(given.get("text") or "") or _range_in_signs(low, high)
    return None, None, ""


def _range_in_signs(low: Decimal | None, high: Decimal | None) -> str:
    if low is not None and high is not None:
        return f"{shown(low)}–{shown(high)}"
    if high is not None:
        return f"≤ {shown(high)}"
    return f"≥ {shown(low)}" if low is not None else ""


def _mark(said: Resource, number: Decimal | None, low: Decimal | None, high: Decimal | None) -> str:
    for concept in every(said.get("interpretation")):
        for coding in every(concept.get("coding")):
            if coding.get("code") in _INTERPRETATIONS:
                return _INTERPRETATIONS[coding["code"]]
    if number is None or (low is None and high is None):
        return UNKNOWN
    if low is not None and number < low:
        return LOW
    return HIGH if high is not None and number > high else NORMAL


def _worst(parts: Iterable[Result]) -> str:
    marks = [part.mark for part in parts]
    known = next((mark for mark in UNUSUAL if mark in marks), UNKNOWN)
    return known or (NORMAL if marks and all(mark == NORMAL for mark in marks) else UNKNOWN)


def _pressures_among(resource: Resource, parts: tuple[Result, ...]) -> tuple[Result, Result] | None:
    """The systolic and the diastolic part; told by their codes, or by their size where only the whole is coded."""
    numbers = [part for part in parts if part.number is not None]
    by_code = {part.key.rpartition("|")[2]: part for part in numbers}
    if SYSTOLIC in by_code and DIASTOLIC in by_code:
        return by_code[SYSTOLIC], by_code[DIASTOLIC]
    if len(numbers) == 2 and codes(resource.get("code")) & BLOOD_PRESSURE:
        lower, upper = sorted(numbers, key=lambda part: part.number or 0)
        return upper, lower
    return None


def _pressure(own: Result, systolic: Result, diastolic: Result) -> Result:
    return replace(
        own,
        key=PRESSURE_KEY,
        name=_("Blood pressure"),
        value=f"{systolic.value}/{diastolic.value}",
        unit=systolic.unit or "mmHg",
        number=systolic.number,
        diastolic=diastolic.number,
        mark=own.mark or _worst((systolic, diastolic)),
        parts=(systolic, diastolic),
    )


def _paired(pair: dict[str, Fact]) -> list[Result]:
    """One pressure of the two halves; a half alone stays a result of its own."""
    read = {code: result(fact) for code, fact in pair.items()}
    if len(read) == 2 and all(half.number is not None for half in read.values()):
        whole = replace(read[SYSTOLIC], low=None, high=None, range="", mark=UNKNOWN)
        return [_pressure(whole, read[SYSTOLIC], read[DIASTOLIC])]
    return list(read.values())
