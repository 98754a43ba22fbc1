"""Any fact in one line: what it is, when, and the rest in a few words. For lists that hold several types."""

from __future__ import annotations

from dataclasses import dataclass

from yigongti.systems.health_records.person import care
from yigongti.systems.health_records.person.care import Answer
from yigongti.systems.health_records.person.elements import When, words
from yigongti.systems.health_records.person.facts import Fact
from yigongti.systems.health_records.person.medicines import dose_of, medicine_name
from yigongti.systems.health_records.person.results import results_of

FEW_ANSWERS = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One fact in one line. answers: the first answers of a form."""

    fact: Fact
    title: str
    when: When
    detail: str = ""
    answers: tuple[Answer, ...] = ()


def line_of(fact: Fact) -> Line:
    """The line of a fact of any type."""
    resource = fact.resource
    title, detail, answers = words(resource.get("code")), "", ()
    if fact.type == "Immunization":
        title, detail = words(resource.get("vaccineCode")), care.immunisation_line(resource)
    elif fact.type == "QuestionnaireResponse":
        title = care.form_name(resource)
        answers = tuple(care.answers_of(resource)[:FEW_ANSWERS])
    elif fact.type.startswith("Medication"):
        title, detail = medicine_name(resource), dose_of(resource)
    elif fact.type == "Encounter":
        visit = care.visits_of([fact])[0]
        title, detail = visit.kind, visit.reason
    elif fact.type == "Observation":
        detail = "；".join(f"{result.value} {result.unit}".strip() for result in results_of([fact]))
    elif fact.type in ("DiagnosticReport", "DocumentReference", "Composition"):
        title, detail = care.document_title(resource), care.report_conclusion(resource)
    elif not title:
        title = words(resource.get("type")) or str(resource.get("description") or resource.get("title") or "")
    return Line(fact, title or fact.type, fact.when, detail, answers)
