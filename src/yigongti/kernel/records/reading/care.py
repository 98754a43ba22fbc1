"""Visits and admissions, immunisations and documents: what was done for the person, and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yigongti.kernel.records.reading.elements import (
    Resource,
    at,
    display,
    displays,
    every,
    first_of,
    target_of,
    words,
)
from yigongti.kernel.records.reading.facts import Fact
from yigongti.kernel.records.reading.moments import Moment, moment

INPATIENT = frozenset({"IMP", "ACUTE", "NONAC"})
"""HL7 v3 ActEncounterCode of stays in a bed."""
MOST_DIAGNOSES = 3
"""How many diagnoses stand beside a visit: the first is the main one."""


@dataclass(frozen=True, slots=True)
class Visit:
    """An encounter.

    code: its class as HL7 names it ("IMP"); kind: in words; type: what kind of visit it was beyond that, where it is
    said. place: who provided it, else the department, else where it was written. days: nights of a stay that has ended.
    """

    fact: Fact
    code: str
    kind: str
    type: str
    is_admission: bool
    is_going_on: bool
    began: Moment
    ended: Moment
    place: str
    reason: str
    days: int | None


def visits_of(facts: Iterable[Fact], conditions: Iterable[Fact] = ()) -> list[Visit]:
    """All encounters that took place or are planned, in their order. What they were for is read from the conditions
    that they name, too."""
    named = {f"Condition/{fact.id}": words(fact.resource.get("code")) for fact in conditions}
    return [visit(fact, named) for fact in facts if fact.resource.get("status") != "cancelled"]


def visit(fact: Fact, conditions: Mapping[str, str] | None = None) -> Visit:
    """One encounter. conditions: "Condition/1" → its name."""
    resource = fact.resource
    code = str(at(resource, "class.code") or "")
    admitted = code in INPATIENT
    began, ended = moment(at(resource, "period.start")), moment(at(resource, "period.end"))
    type = words(resource.get("type"))
    return Visit(
        fact,
        code,
        _("Admission") if admitted else kind_of_visit(code) or type or _("Visit"),
        type,
        admitted,
        resource.get("status") in ("in-progress", "arrived", "triaged", "onleave"),
        began,
        ended,
        display(resource.get("serviceProvider")) or _department(resource) or fact.institution,
        words(resource.get("reasonCode")) or _diagnoses(resource, conditions or {}) or type,
        (ended.day - began.day).days if admitted and ended and began else None,
    )


def kind_of_visit(code: str) -> str:
    """The class of an encounter in the reader's words."""
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


def _diagnoses(resource: Resource, conditions: Mapping[str, str]) -> str:
    told = [found.get("condition") for found in every(resource.get("diagnosis"))][:MOST_DIAGNOSES]
    return "、".join(filter(None, (display(one) or conditions.get(target_of(one), "") for one in told)))


@dataclass(frozen=True, slots=True)
class Immunisation:
    """A vaccination. dose: its number in the schedule. is_given: False where it is written down that it was not."""

    fact: Fact
    vaccine: str
    dose: str
    batch: str
    place: str
    is_given: bool


def immunisation(fact: Fact) -> Immunisation:
    """One immunisation."""
    resource = fact.resource
    doses = [
        protocol.get("doseNumberPositiveInt") or protocol.get("doseNumberString")
        for protocol in every(resource.get("protocolApplied"))
    ]
    return Immunisation(
        fact,
        words(resource.get("vaccineCode")),
        "、".join(str(dose) for dose in doses if dose),
        str(resource.get("lotNumber") or ""),
        display(resource.get("location")),
        resource.get("status") != "not-done",
    )


@dataclass(frozen=True, slots=True)
class Document:
    """A document that the record names. kind: what sort it is; title: its own words, else its kind."""

    fact: Fact
    title: str
    kind: str
    authors: str
    place: str


def documents_of(facts: Iterable[Fact]) -> list[Document]:
    """The documents in force, in their order."""
    return [
        Document(
            fact,
            document_title(fact.resource),
            words(fact.resource.get("type")),
            displays(fact.resource.get("author")),
            display(fact.resource.get("custodian")),
        )
        for fact in facts
        if fact.resource.get("status") not in ("superseded", "cancelled")
    ]


def document_title(resource: Resource) -> str:
    """Title of a document or report."""
    attached = first_of(resource.get("content"))
    return str(
        resource.get("title")
        or resource.get("description")
        or words(resource.get("type"))
        or words(resource.get("code"))
        or at(attached, "attachment.title")
        or _("Document")
    )
