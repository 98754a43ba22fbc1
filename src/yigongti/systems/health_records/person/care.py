"""Visits and admissions, immunisations, follow-ups, documents: what was done for the person, each in one line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yigongti.systems.health_records.person.elements import (
    Resource,
    When,
    at,
    display,
    every,
    plain,
    quantity,
    when,
    words,
)
from yigongti.systems.health_records.person.facts import Fact

INPATIENT = frozenset({"IMP", "ACUTE", "NONAC"})
"""HL7 v3 ActEncounterCode of stays in a bed."""


@dataclass(frozen=True, slots=True)
class Visit:
    """An encounter. days: nights in hospital of a stay that has ended."""

    fact: Fact
    kind: str
    is_admission: bool
    began: When
    ended: When
    place: str
    reason: str
    days: int | None


def visits_of(facts: Iterable[Fact]) -> list[Visit]:
    """All encounters, newest first."""
    return [_visit(fact) for fact in facts]


def _visit(fact: Fact) -> Visit:
    resource = fact.resource
    kind = str(at(resource, "class.code") or "")
    admitted = kind in INPATIENT
    began, ended = when(at(resource, "period.start")), when(at(resource, "period.end"))
    nights = (ended.day - began.day).days if ended.is_known and began.is_known else None
    return Visit(
        fact,
        _("Admission") if admitted else kind_of_visit(kind) or words(resource.get("type")) or _("Visit"),
        admitted,
        began,
        ended,
        display(resource.get("serviceProvider")) or _department(resource) or fact.institution,
        words(resource.get("reasonCode")) or _diagnosis(resource) or words(resource.get("type")),
        nights if admitted else None,
    )


def kind_of_visit(code: str) -> str:
    """The class of an encounter in the user's words."""
    named = {
        "AMB": _("Outpatient visit"),
        "EMER": _("Emergency visit"),
        "HH": _("Home visit"),
        "VR": _("Remote visit"),
        "OBSENC": _("Observation stay"),
        "SS": _("Day case"),
    }
    return str(named.get(code, ""))


def _department(resource: Resource) -> str:
    return next((display(place.get("location")) for place in every(resource.get("location"))), "")


def _diagnosis(resource: Resource) -> str:
    return next((display(found.get("condition")) for found in every(resource.get("diagnosis"))), "")


def immunisation_line(resource: Resource) -> str:
    """Vaccine, dose, batch, in one line."""
    dose = next(every(resource.get("protocolApplied")), {})
    number = dose.get("doseNumberPositiveInt") or dose.get("doseNumberString")
    parts = [
        _("dose %(number)s") % {"number": number} if number else "",
        _("batch %(batch)s") % {"batch": resource["lotNumber"]} if resource.get("lotNumber") else "",
        _("not given") if resource.get("status") == "not-done" else "",
    ]
    return " · ".join(str(part) for part in parts if part)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a questionnaire, in words."""

    question: str
    said: str


def answers_of(resource: Resource) -> list[Answer]:
    """All questions with an answer, in the form's order, those within groups too."""
    found: list[Answer] = []
    _walk(resource.get("item"), found)
    return found


def _walk(items: Any, found: list[Answer]) -> None:
    for item in every(items):
        said = [text for answer in every(item.get("answer")) if (text := _answer(answer))]
        if said:
            found.append(Answer(str(item.get("text") or item.get("linkId") or ""), "、".join(said)))
        for answer in every(item.get("answer")):
            _walk(answer.get("item"), found)
        _walk(item.get("item"), found)


def _answer(answer: Resource) -> str:
    for name, value in answer.items():
        if not name.startswith("value"):
            continue
        if isinstance(value, bool):
            return str(_("yes") if value else _("no"))
        if name == "valueQuantity":
            number, unit = quantity(value)
            return f"{plain(number)} {unit}".strip() if number is not None else ""
        if name == "valueCoding":
            return str(value.get("display") or value.get("code") or "")
        if name in ("valueDate", "valueDateTime"):
            return when(value).text
        if name == "valueReference":
            return display(value)
        return str(value)
    return ""


def form_name(resource: Resource) -> str:
    """How the form is called: its title where it was sent along, else the end of its address."""
    titled = at(resource, "_questionnaire.extension")
    for extension in every(titled):
        if str(extension.get("url", "")).endswith("display"):
            return str(extension.get("valueString", ""))
    name = re.split(r"[/:]", str(resource.get("questionnaire") or "").split("|")[0].rstrip("/"))[-1]
    named = {"chronic-follow-up": _("Follow-up of a chronic disease"), "": _("Follow-up")}
    return str(named.get(name, name))


def document_title(resource: Resource) -> str:
    """Title of a document or report."""
    attached = next(every(resource.get("content")), {})
    return str(
        resource.get("title")
        or resource.get("description")
        or words(resource.get("type"))
        or words(resource.get("code"))
        or at(attached, "attachment.title")
        or _("Document")
    )


def report_conclusion(resource: Resource) -> str:
    """What a report concludes."""
    return str(resource.get("conclusion") or "") or words(resource.get("conclusionCode"))


def is_pending(resource: Resource) -> bool:
    """Whether a report is not final yet."""
    return resource.get("status") in ("registered", "partial", "preliminary")
