"""Problems, allergies, medicines, stays, immunisations and documents, each as one line that a person can read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yigongti.kernel.records.reading.words import (
    Json,
    Moment,
    coded,
    first_moment,
    moment,
    quantity,
    referred,
    shown,
    status_of,
    target_of,
)

_ERRORS = frozenset({"entered-in-error", "cancelled", "not-done"})
IN_USE = frozenset({"active", "on-hold", "draft", "unknown"})
MOST_DIAGNOSES = 3
"""How many diagnoses stand beside a stay: the first is the main one."""
ENDED = frozenset({"inactive", "resolved", "remission", "completed", "stopped", "finished", "refuted"})


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a list.

    what: its name. state: the resource's own code ("active"). is_current: whether it holds now. when, until: as far as
    known. detail: dose, reaction, reason. who, where: as the references are called. kind: e.g. the class of a stay.
    """

    id: str
    what: str
    state: str
    is_current: bool
    when: Moment | None = None
    until: Moment | None = None
    detail: str = ""
    who: str = ""
    where: str = ""
    kind: str = ""
    is_grave: bool = False


AT_VISITS = "encounter-diagnosis"
"""The kind of a condition that was diagnosed at a visit: nobody says that it holds since then."""


def problems(resources: Iterable[Json], language: str = "zh-hans") -> list[Line]:
    """Conditions, current ones first, newest first in each; kind: AT_VISITS for those that a visit or stay named."""
    found = []
    for one in _of(resources, "Condition"):
        state = status_of(one, "clinicalStatus")
        if status_of(one, "verificationStatus") in ("entered-in-error", "refuted"):
            continue
        found.append(
            Line(
                id=_id(one),
                what=coded(one.get("code"), language),
                state=state,
                is_current=state not in ENDED,
                when=first_moment(one, ("onsetDateTime", "onsetPeriod", "recordedDate")),
                until=first_moment(one, ("abatementDateTime", "abatementPeriod")),
                detail=coded(one.get("severity"), language),
                who=referred(one.get("asserter") or one.get("recorder")),
                kind=_first_code(one, "category"),
            )
        )
    return _sorted(found)


def allergies(resources: Iterable[Json], language: str = "zh-hans") -> list[Line]:
    """Allergies and intolerances; the grave ones first."""
    found = []
    for one in _of(resources, "AllergyIntolerance"):
        if status_of(one, "verificationStatus") in ("entered-in-error", "refuted"):
            continue
        reactions = [coded(reaction.get("manifestation"), language) for reaction in one.get("reaction", [])]
        severe = any(reaction.get("severity") == "severe" for reaction in one.get("reaction", []))
        state = status_of(one, "clinicalStatus")
        found.append(
            Line(
                id=_id(one),
                what=coded(one.get("code"), language),
                state=state,
                is_current=state not in ENDED,
                when=first_moment(one, ("onsetDateTime", "recordedDate", "lastOccurrence")),
                detail="；".join(filter(None, reactions)),
                is_grave=severe or one.get("criticality") == "high",
            )
        )
    return sorted(_sorted(found), key=lambda line: (not line.is_current, not line.is_grave))


def medicines(resources: Iterable[Json], language: str = "zh-hans") -> list[Line]:
    """Medicines asked for, with how they are taken; those in use first. A dispensing shows when no request is there."""
    found, asked = [], set()
    for one in _of(resources, "MedicationRequest"):
        line = _medicine(one, language, ("authoredOn",), "requester", "dosageInstruction")
        asked.add(line.what)
        found.append(line)
    for one in _of(resources, "MedicationDispense"):
        line = _medicine(one, language, ("whenHandedOver", "whenPrepared"), "", "dosageInstruction")
        if line.what not in asked:
            found.append(line)
    return _sorted(found)


def _medicine(one: Json, language: str, when: tuple[str, ...], who: str, dosage: str) -> Line:
    name = coded(one.get("medicationCodeableConcept"), language) or referred(one.get("medicationReference"))
    state = str(one.get("status", ""))
    return Line(
        id=_id(one),
        what=name or _contained_name(one, language),
        state=state,
        is_current=state in IN_USE and one.get("resourceType") == "MedicationRequest",
        when=first_moment(one, when),
        detail="；".join(filter(None, (_dose(told, language) for told in one.get(dosage, [])))),
        who=referred(one.get(who)) if who else "",
    )


def _contained_name(one: Json, language: str) -> str:
    for inside in one.get("contained", []):
        if inside.get("resourceType") == "Medication":
            return coded(inside.get("code"), language)
    return ""


def _dose(told: Json, language: str) -> str:
    """The words of the prescriber; without words, dose, how often and which way."""
    if told.get("text"):
        return str(told["text"])
    rates = told.get("doseAndRate") or [{}]
    repeat = (told.get("timing") or {}).get("repeat") or {}
    often = coded((told.get("timing") or {}).get("code"), language)
    if not often and repeat.get("frequency") and repeat.get("period"):
        each = {"d": ("每 {} 天 {} 次", "{1} times every {0} d"), "h": ("每 {} 小时 {} 次", "{1} times every {0} h")}
        zh, en = each.get(str(repeat.get("periodUnit")), ("", ""))
        words = en if language.lower().startswith("en") else zh
        often = words.format(shown(repeat["period"]), repeat["frequency"])
    return " ".join(filter(None, (quantity(rates[0].get("doseQuantity")), often, coded(told.get("route"), language))))


def named_once(lines: Iterable[Line]) -> list[Line]:
    """Each name once, with the first line that has it: of lines that are newest first, the newest."""
    return list({line.what: line for line in reversed(list(lines))}.values())[::-1]


def stays(resources: Iterable[Json], language: str = "zh-hans") -> list[Line]:
    """Encounters, newest first: where, why, from and until when. What they were for is read from the conditions among
    the resources that they name. what: "" where nothing but the class is said (kind)."""
    given = list(resources)
    conditions = {f"Condition/{one.get('id')}": coded(one.get("code"), language) for one in _of(given, "Condition")}
    found = []
    for one in _of(given, "Encounter"):
        period = one.get("period") or {}
        reasons = coded(one.get("reasonCode", []), language) or "、".join(
            filter(None, (_diagnosis(told, conditions) for told in one.get("diagnosis", [])[:MOST_DIAGNOSES]))
        )
        state = str(one.get("status", ""))
        found.append(
            Line(
                id=_id(one),
                what=coded(one.get("type", []), language),
                state=state,
                is_current=state in ("in-progress", "arrived", "triaged", "onleave"),
                when=moment(period.get("start")),
                until=moment(period.get("end")),
                detail=reasons,
                who="、".join(filter(None, (referred(p.get("individual")) for p in one.get("participant", [])))),
                where=referred(one.get("serviceProvider")),
                kind=str((one.get("class") or {}).get("code", "")),
            )
        )
    return sorted(found, key=lambda line: _key(line), reverse=True)


def _diagnosis(told: Json, conditions: dict[str, str]) -> str:
    return referred(told.get("condition")) or conditions.get(target_of(told.get("condition")), "")


def immunisations(resources: Iterable[Json], language: str = "zh-hans") -> list[Line]:
    """Vaccinations, newest first, with dose number and lot."""
    found = []
    for one in _of(resources, "Immunization"):
        doses = [protocol.get("doseNumberPositiveInt") or protocol.get("doseNumberString")
                 for protocol in one.get("protocolApplied", [])]  # fmt: skip
        found.append(
            Line(
                id=_id(one),
                what=coded(one.get("vaccineCode"), language),
                state=str(one.get("status", "")),
                is_current=True,
                when=first_moment(one, ("occurrenceDateTime", "recorded")),
                detail="、".join(str(dose) for dose in doses if dose),
                where=referred(one.get("location")),
                kind=str(one.get("lotNumber", "")),
            )
        )
    return sorted(found, key=lambda line: _key(line), reverse=True)


def documents(resources: Iterable[Json], language: str = "zh-hans") -> list[Line]:
    """Documents, newest first."""
    found = []
    for one in _of(resources, "DocumentReference"):
        if one.get("status") == "superseded":
            continue
        found.append(
            Line(
                id=_id(one),
                what=coded(one.get("type"), language) or str(one.get("description", "")),
                state=str(one.get("status", "")),
                is_current=True,
                when=first_moment(one, ("date", "period")),
                detail=str(one.get("description", "")),
                who="、".join(filter(None, (referred(author) for author in one.get("author", [])))),
                where=referred(one.get("custodian")),
            )
        )
    return sorted(found, key=lambda line: _key(line), reverse=True)


def _of(resources: Iterable[Json], kind: str) -> list[Json]:
    return [one for one in resources if one.get("resourceType") == kind and one.get("status") not in _ERRORS]


def _id(one: Json) -> str:
    return f"{one.get('resourceType')}/{one.get('id', '')}"


def _first_code(one: Json, name: str) -> str:
    for concept in one.get(name, []):
        for coding in concept.get("coding", []):
            if coding.get("code"):
                return str(coding["code"])
    return ""


def _key(line: Line) -> float:
    return line.when.sort_key if line.when else 0.0


def _sorted(found: list[Line]) -> list[Line]:
    return sorted(found, key=lambda line: (not line.is_current, -_key(line)))
