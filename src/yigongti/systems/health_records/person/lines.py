"""Any fact in one line: what it is, when, and the rest in a few words. For lists that hold several types."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from yigongti.kernel.records.reading import care
from yigongti.kernel.records.reading.elements import words
from yigongti.kernel.records.reading.facts import Fact
from yigongti.kernel.records.reading.medicines import dose_of, medicine_name
from yigongti.kernel.records.reading.moments import Moment
from yigongti.kernel.records.reading.reports import report_conclusion
from yigongti.kernel.records.reading.results import results_of, singly
from yigongti.systems.health_records.person.forms import Answer, answers_of, form_name

FEW_ANSWERS = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One fact in one line. answers: the first answers of a form."""

    fact: Fact
    title: str
    when: Moment
    detail: str = ""
    answers: tuple[Answer, ...] = ()


def line_of(fact: Fact) -> Line:
    """The line of a fact of any type."""
    resource = fact.resource
    title, detail, answers = words(resource.get("code")), "", ()
    if fact.type == "Immunization":
        title, detail = words(resource.get("vaccineCode")), immunisation_line(fact)
    elif fact.type == "QuestionnaireResponse":
        title = form_name(resource)
        answers = tuple(answers_of(resource)[:FEW_ANSWERS])
    elif fact.type.startswith("Medication"):
        title, detail = medicine_name(resource), dose_of(resource)
    elif fact.type == "Encounter":
        visit = care.visit(fact)
        title, detail = visit.kind, visit.reason
    elif fact.type == "Observation":
        detail = "；".join(result.said for result in singly(results_of([fact])))
    elif fact.type in ("DiagnosticReport", "DocumentReference", "Composition"):
        title, detail = care.document_title(resource), report_conclusion(resource)
    elif not title:
        title = words(resource.get("type")) or str(resource.get("description") or resource.get("title") or "")
    return Line(fact, title or fact.type, fact.when, detail, answers)


def immunisation_line(fact: Fact) -> str:
    """Dose, batch, and whether it was given, in one line."""
    found = care.immunisation(fact)
    parts = [
        _("dose %(number)s") % {"number": found.dose} if found.dose else "",
        _("batch %(batch)s") % {"batch": found.batch} if found.batch else "",
        "" if found.is_given else _("not given"),
    ]
    return " · ".join(part for part in parts if part)
