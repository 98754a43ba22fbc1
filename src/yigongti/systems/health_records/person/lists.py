"""The whole of one kind of fact as rows of a table: what stands on the person's page only in its beginning."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigongti.kernel.records.reading import care, conditions, medicines, results
from yigongti.kernel.records.reading.elements import display, every, words
from yigongti.kernel.records.reading.facts import Fact, Record
from yigongti.systems.health_records.person.forms import answers_of, form_name
from yigongti.systems.health_records.person.lines import line_of

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    """A kind of list: what it is called, which types it reads, its further columns (name, label, kind), its rows."""

    label: Any
    types: tuple[str, ...]
    columns: tuple[tuple[str, Any, str], ...]
    rows: Callable[[Record, date], Rows]


def _row(fact: Fact, title: str, **more: Any) -> dict[str, Any]:
    moment = fact.when
    return {
        "key": f"{fact.type}/{fact.id}",
        "type": fact.type,
        "fhir_id": fact.id,
        "title": title,
        "day": moment.day if moment.is_known else None,
        "moment": moment.text,
        "institution": fact.institution,
        **more,
    }


def _results(record: Record, today: date) -> Rows:
    return [
        _row(
            found.fact,
            found.name,
            value=found.value,
            unit=found.unit,
            range=found.range,
            flag=found.flag,
            number=found.number,
        )
        for found in results.singly(results.results_of(record.each("Observation")))
    ]


def _problems(record: Record, today: date) -> Rows:
    return [
        _row(
            found.fact,
            found.name,
            code=found.code,
            since=found.since.day if found.since.is_known else None,
            state=str(_("current") if found.is_current else _("over") if found.is_over else _("named at visits")),
            times=found.times,
        )
        for found in conditions.problems_of(record.each("Condition"))
    ]


def _allergies(record: Record, today: date) -> Rows:
    found = conditions.allergies_of(record.each("AllergyIntolerance"))
    return [
        _row(one.fact, one.name, reaction=one.reaction, severe=str(_("yes") if one.is_severe else _("no")))
        for one in found.known
    ]


def _medicines(record: Record, today: date) -> Rows:
    in_use = {one.fact.id for one in medicines.medicines_of(record.each(*medicines.TYPES), today) if one.is_in_use}
    return [
        _row(
            fact,
            medicines.medicine_name(fact.resource),
            dose=medicines.dose_of(fact.resource),
            by=display(fact.resource.get("requester")),
            state=str(_("in use") if fact.id in in_use else _("earlier")),
        )
        for fact in record.each(*medicines.TYPES)
    ]


def _visits(record: Record, today: date) -> Rows:
    return [
        _row(
            found.fact,
            found.kind,
            place=found.place,
            reason=found.reason,
            until=found.ended.day if found.ended.is_known else None,
            days=found.days,
        )
        for found in care.visits_of(record.each("Encounter"), record.each("Condition"))
    ]


def _followups(record: Record, today: date) -> Rows:
    return [
        _row(
            fact,
            form_name(fact.resource),
            author=display(fact.resource.get("author")),
            said=" · ".join(f"{answer.question} {answer.said}" for answer in answers_of(fact.resource)[:8]),
        )
        for fact in record.each("QuestionnaireResponse")
    ]


def _lines(*types: str) -> Callable[[Record, date], Rows]:
    def rows(record: Record, today: date) -> Rows:
        lines: Iterable[Any] = (line_of(fact) for fact in record.each(*types))
        return [_row(line.fact, line.title, detail=line.detail) for line in lines]

    return rows


def _family(record: Record, today: date) -> Rows:
    return [
        _row(
            fact,
            words(fact.resource.get("relationship")),
            detail="、".join(words(one.get("code")) for one in every(fact.resource.get("condition"))),
        )
        for fact in record.each("FamilyMemberHistory")
    ]


_DETAIL = (("detail", _("Details"), "text"),)
_REPORTS = ("DiagnosticReport", "DocumentReference", "Composition", "ImagingStudy")
_PLANS = ("CarePlan", "Goal", "ServiceRequest", "Task")

KINDS: dict[str, Kind] = {
    "results": Kind(
        _("Results and readings"),
        ("Observation",),
        (("value", _("Value"), "text"), ("unit", _("Unit"), "text"), ("range", _("Reference range"), "text")),
        _results,
    ),
    "problems": Kind(
        _("Problems and diagnoses"),
        ("Condition",),
        (
            ("code", _("Code"), "text"), ("state", _("State"), "text"), ("since", _("First written"), "date"),
            ("times", _("Times"), "count"),
        ),
        _problems,
    ),
    "allergies": Kind(
        _("Allergies"),
        ("AllergyIntolerance",),
        (("reaction", _("Reaction"), "text"), ("severe", _("Severe"), "text")),
        _allergies,
    ),
    "medicines": Kind(
        _("Medicines"),
        medicines.TYPES,
        (("dose", _("Dose"), "text"), ("state", _("State"), "text"), ("by", _("Ordered by"), "text")),
        _medicines,
    ),
    "visits": Kind(
        _("Visits and admissions"),
        ("Encounter", "Condition"),
        (
            ("reason", _("Reason"), "text"), ("place", _("Where"), "text"), ("until", _("Until"), "date"),
            ("days", _("Days"), "count"),
        ),
        _visits,
    ),
    "procedures": Kind(_("Procedures"), ("Procedure",), _DETAIL, _lines("Procedure")),
    "immunisations": Kind(_("Immunisations"), ("Immunization",), _DETAIL, _lines("Immunization")),
    "followups": Kind(
        _("Follow-ups"),
        ("QuestionnaireResponse",),
        (("said", _("Answers"), "text"), ("author", _("Filled in by"), "text")),
        _followups,
    ),
    "documents": Kind(_("Reports and documents"), _REPORTS, _DETAIL, _lines(*_REPORTS)),
    "plans": Kind(_("Plans, orders and referrals"), _PLANS, _DETAIL, _lines(*_PLANS)),
    "family": Kind(_("Family history"), ("FamilyMemberHistory",), _DETAIL, _family),
}  # fmt: skip
"""The lists, in the order in which they are offered."""
