"""The timeline across institutions: one line for each thing that happened, newest first, grouped by year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigongti.kernel.records.reading import care
from yigongti.kernel.records.reading.elements import display, words
from yigongti.kernel.records.reading.facts import Fact, Record
from yigongti.kernel.records.reading.medicines import dose_of, medicine_name
from yigongti.kernel.records.reading.moments import Moment
from yigongti.kernel.records.reading.reports import report_conclusion
from yigongti.systems.health_records.person.forms import form_name
from yigongti.systems.health_records.person.lines import immunisation_line

KINDS: dict[str, Any] = {
    "admission": _("Admissions"),
    "visit": _("Visits"),
    "diagnosis": _("Diagnoses"),
    "procedure": _("Procedures"),
    "medicine": _("Medicines"),
    "report": _("Reports"),
    "immunisation": _("Immunisations"),
    "followup": _("Follow-ups"),
    "document": _("Documents"),
    "referral": _("Orders and referrals"),
}
"""The kinds that a reader can choose, in the order in which they are offered."""

TYPES = (
    "Encounter", "Condition", "Procedure", "MedicationRequest", "DiagnosticReport", "Immunization",
    "QuestionnaireResponse", "DocumentReference", "Composition", "ServiceRequest", "ImagingStudy",
)  # fmt: skip
"""Types that appear on the timeline. Single results are left to the reports and the charts."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line. kind: key of KINDS; title: what happened; detail: the rest in a few words."""

    fact: Fact
    kind: str
    when: Moment
    title: str
    detail: str = ""

    @property
    def institution(self) -> str:
        return self.fact.institution

    @property
    def kind_name(self) -> Any:
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Year:
    """The events of one year, newest first; 1 for those without a day."""

    number: int
    events: tuple[Event, ...]


def events_of(record: Record) -> list[Event]:
    """Everything that happened, newest first."""
    visits = {visit.fact.id: visit for visit in care.visits_of(record.each("Encounter"), record.each("Condition"))}
    found = [event for fact in record.each(*TYPES) if (event := _event(fact, visits)) is not None]
    return sorted(found, key=lambda event: event.when, reverse=True)


def chosen(events: Iterable[Event], kind: str, institution: str) -> list[Event]:
    """The events of a kind and of an institution; "" means all."""
    return [e for e in events if kind in ("", e.kind) and institution in ("", e.institution)]


def by_year(events: Sequence[Event]) -> list[Year]:
    """The events in years, newest year first."""
    years: dict[int, list[Event]] = {}
    for event in events:
        years.setdefault(event.when.day.year, []).append(event)
    return [Year(number, tuple(found)) for number, found in years.items()]


def _event(fact: Fact, visits: Mapping[str, care.Visit]) -> Event | None:
    resource, moment = fact.resource, fact.when
    if fact.type == "Encounter":
        visit = visits.get(fact.id)
        if visit is None:
            return None
        stay = f"{visit.began.written_day} – {visit.ended.written_day}" if visit.is_admission else ""
        title = " · ".join(part for part in (visit.kind, visit.reason) if part)
        return Event(fact, "admission" if visit.is_admission else "visit", moment, title, stay)
    said: dict[str, tuple[str, str, str]] = {
        "Condition": ("diagnosis", words(resource.get("code")), ""),
        "Procedure": ("procedure", words(resource.get("code")), words(resource.get("outcome"))),
        "MedicationRequest": ("medicine", medicine_name(resource), dose_of(resource)),
        "DiagnosticReport": ("report", words(resource.get("code")), report_conclusion(resource)),
        "ImagingStudy": ("report", resource.get("description") or words(resource.get("procedureCode")), ""),
        "Immunization": ("immunisation", words(resource.get("vaccineCode")), immunisation_line(fact)),
        "QuestionnaireResponse": ("followup", form_name(resource), display(resource.get("author"))),
        "DocumentReference": ("document", care.document_title(resource), ""),
        "Composition": ("document", care.document_title(resource), ""),
        "ServiceRequest": ("referral", words(resource.get("code")), words(resource.get("reasonCode"))),
    }
    if fact.type not in said:
        return None
    kind, title, detail = said[fact.type]
    return Event(fact, kind, moment, title or fact.type, detail)
