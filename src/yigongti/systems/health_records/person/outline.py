"""One resource made readable: every element with its words and values, nested ones indented. Nothing is left out but
what only machines read (meta, ids, generated narrative) and whose record it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yigongti.kernel.records.reading.elements import Resource, plain, quantity, words
from yigongti.kernel.records.reading.moments import moment

LEFT_OUT = frozenset({"resourceType", "id", "meta", "text", "implicitRules", "contained", "subject", "patient"})
DEEPEST = 8
_INSTANT = re.compile(r"\d{4}-\d{2}(-\d{2}(T.*)?)?$")


@dataclass(frozen=True, slots=True)
class Element:
    """A line: how deep, the element's name, what it says ("" for one that only holds others)."""

    depth: int
    name: str
    said: str


def outline(resource: Resource) -> list[Element]:
    """The lines of a resource, in its own order."""
    lines: list[Element] = []
    for name, value in resource.items():
        if name not in LEFT_OUT:
            _add(lines, 0, name, value)
    return lines


def _add(lines: list[Element], depth: int, name: str, value: Any) -> None:
    if name.startswith("_") or depth > DEEPEST:
        return
    if isinstance(value, list):
        simple = [said for part in value if (said := in_words(part))]
        if len(simple) == len(value):
            lines.append(Element(depth, spoken(name), "、".join(simple)))
            return
        for part in value:
            _add(lines, depth, name, part)
        return
    said = in_words(value)
    lines.append(Element(depth, spoken(name), said))
    if not said and isinstance(value, dict):
        for inner, part in value.items():
            if inner not in ("id", "url") or depth == 0:
                _add(lines, depth + 1, inner, part)


def in_words(value: Any) -> str:
    """A value in words if it is one: a text, number, day, coded concept, quantity, reference, period; else ""."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, str):
        if value in SAID:
            return str(SAID[value])
        return (moment(value).text or value) if _INSTANT.fullmatch(value) else value
    if isinstance(value, int | float):
        return str(value)
    return _of_object(value) if isinstance(value, dict) else ""


def _of_object(value: dict[str, Any]) -> str:
    keys = value.keys() - {"id", "extension"}
    if keys and keys <= {"coding", "text"}:
        coded = " ".join(str(coding.get("code", "")) for coding in value.get("coding", ()) if coding.get("code"))
        said = words(value)
        return f"{said} [{coded}]" if coded and coded != said else said
    if keys and keys <= {"system", "code", "display", "version", "userSelected"}:
        return " ".join(str(value[name]) for name in ("display", "code") if value.get(name))
    if "value" in keys and keys <= {"value", "unit", "system", "code", "comparator"}:
        number, unit = quantity(value)
        if number is not None:
            return f"{value.get('comparator', '')}{plain(number)} {unit}".strip()
        return str(value.get("value", ""))
    if keys and keys <= {"reference", "display", "type", "identifier"}:
        return str(value.get("display") or value.get("reference") or "")
    if keys and keys <= {"start", "end"}:
        return f"{moment(value.get('start')).text} – {moment(value.get('end')).text}"
    if keys and keys <= {"low", "high", "text"}:
        ends = [quantity(value.get(end)) for end in ("low", "high")]
        unit = next((unit for number, unit in ends if unit), "")
        return f"{'–'.join(plain(number) if number is not None else '' for number, _u in ends)} {unit}".strip()
    return ""


NAMES: dict[str, Any] = {
    "identifier": gettext_lazy("Number"), "status": gettext_lazy("Status"), "category": gettext_lazy("Category"),
    "code": gettext_lazy("What"), "class": gettext_lazy("Class"), "type": gettext_lazy("Type"),
    "clinicalStatus": gettext_lazy("State"), "verificationStatus": gettext_lazy("Certainty"),
    "severity": gettext_lazy("Severity"), "criticality": gettext_lazy("Criticality"),
    "effectiveDateTime": gettext_lazy("Day"), "effectivePeriod": gettext_lazy("Period"),
    "issued": gettext_lazy("Issued"),
    "period": gettext_lazy("Period"), "onsetDateTime": gettext_lazy("Since"),
    "recordedDate": gettext_lazy("Written on"),
    "performedDateTime": gettext_lazy("Day"), "performedPeriod": gettext_lazy("Period"),
    "occurrenceDateTime": gettext_lazy("Day"), "authoredOn": gettext_lazy("Written on"),
    "authored": gettext_lazy("Written on"),
    "valueQuantity": gettext_lazy("Value"), "valueString": gettext_lazy("Value"),
    "valueCodeableConcept": gettext_lazy("Value"), "valueInteger": gettext_lazy("Value"),
    "valueBoolean": gettext_lazy("Value"), "valueCoding": gettext_lazy("Value"), "valueDate": gettext_lazy("Value"),
    "valueDecimal": gettext_lazy("Value"), "component": gettext_lazy("Part"),
    "referenceRange": gettext_lazy("Reference range"), "interpretation": gettext_lazy("Meaning"),
    "encounter": gettext_lazy("Visit"), "performer": gettext_lazy("Done by"), "requester": gettext_lazy("Ordered by"),
    "recorder": gettext_lazy("Written by"), "asserter": gettext_lazy("Stated by"), "author": gettext_lazy("Written by"),
    "participant": gettext_lazy("Taking part"), "reasonCode": gettext_lazy("Reason"),
    "reaction": gettext_lazy("Reaction"), "manifestation": gettext_lazy("How it showed"),
    "substance": gettext_lazy("Substance"), "serviceProvider": gettext_lazy("Institution"),
    "location": gettext_lazy("Where"), "diagnosis": gettext_lazy("Diagnosis"), "condition": gettext_lazy("Diagnosis"),
    "hospitalization": gettext_lazy("Hospitalisation"), "dischargeDisposition": gettext_lazy("How the stay ended"),
    "medicationCodeableConcept": gettext_lazy("Medicine"), "dosageInstruction": gettext_lazy("Dose"),
    "dosage": gettext_lazy("Dose"), "dispenseRequest": gettext_lazy("To be handed out"),
    "expectedSupplyDuration": gettext_lazy("Lasts for"), "quantity": gettext_lazy("Quantity"),
    "vaccineCode": gettext_lazy("Vaccine"), "lotNumber": gettext_lazy("Batch"),
    "protocolApplied": gettext_lazy("Schedule"), "doseNumberPositiveInt": gettext_lazy("Dose number"),
    "manufacturer": gettext_lazy("Manufacturer"), "site": gettext_lazy("Site"), "bodySite": gettext_lazy("Site"),
    "item": gettext_lazy("Question"), "answer": gettext_lazy("Answer"), "questionnaire": gettext_lazy("Form"),
    "linkId": gettext_lazy("Number"), "conclusion": gettext_lazy("Conclusion"), "result": gettext_lazy("Results"),
    "content": gettext_lazy("Content"), "attachment": gettext_lazy("File"), "title": gettext_lazy("Title"),
    "relationship": gettext_lazy("Relationship"), "note": gettext_lazy("Note"), "text": gettext_lazy("In words"),
    "method": gettext_lazy("Method"), "specimen": gettext_lazy("Specimen"), "description": gettext_lazy("Description"),
    "intent": gettext_lazy("Intent"), "priority": gettext_lazy("Priority"), "outcome": gettext_lazy("Outcome"),
}  # fmt: skip
"""Elements of FHIR in the words of those who read records; others are shown as FHIR names them."""

SAID: dict[str, Any] = {
    "final": gettext_lazy("final"), "preliminary": gettext_lazy("preliminary"), "amended": gettext_lazy("amended"),
    "corrected": gettext_lazy("corrected"), "cancelled": gettext_lazy("cancelled"),
    "entered-in-error": gettext_lazy("entered in error"), "active": gettext_lazy("active"),
    "completed": gettext_lazy("completed"), "finished": gettext_lazy("finished"),
    "in-progress": gettext_lazy("under way"), "planned": gettext_lazy("planned"), "stopped": gettext_lazy("stopped"),
    "resolved": gettext_lazy("over"), "confirmed": gettext_lazy("confirmed"), "high": gettext_lazy("high"),
    "low": gettext_lazy("low"), "severe": gettext_lazy("severe"), "moderate": gettext_lazy("moderate"),
    "mild": gettext_lazy("mild"), "order": gettext_lazy("order"), "not-done": gettext_lazy("not done"),
}  # fmt: skip
"""Codes of FHIR's own value sets in words."""


def spoken(name: str) -> str:
    """The element's name in words; effectiveDateTime → effective date time where there are none."""
    if name in NAMES:
        return str(NAMES[name])
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: f" {match[1].lower()}", name)
