"""The own record: problems, allergies, medicines, results over time, stays, vaccinations, documents, reports, bills."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.guard import resident_signed_in
from yigongti.kernel.records.reading import bills, care, conditions, medicines, reports
from yigongti.kernel.records.reading.courses import Course, courses_of
from yigongti.kernel.records.reading.facts import Record
from yigongti.kernel.records.reading.results import results_of
from yigongti.systems.resident_services import queries
from yigongti.systems.resident_services.pages.shell import language, resident_of, shown
from yigongti.systems.resident_services.pages.trend import trend

LINES_AT_ONCE = 30


def _page(request: HttpRequest, total: int) -> tuple[int, int | None, int | None]:
    """First line of the page asked for, those of the page before and after; a nonsense page is the first."""
    asked = request.GET.get("from", "0")
    first = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0
    first = first if first < total else 0
    before = max(0, first - LINES_AT_ONCE) if first else None
    after = first + LINES_AT_ONCE if first + LINES_AT_ONCE < total else None
    return first, before, after


def _some(request: HttpRequest, name: str, found: list) -> dict:
    first, before, after = _page(request, len(found))
    return {name: found[first : first + LINES_AT_ONCE], "total": len(found), "before": before, "after": after}


@resident_signed_in
def record(request: HttpRequest) -> HttpResponse:
    """Allergies, problems and medicines, and the doors to the rest."""
    now = timezone.now()
    found = queries.record_of(resident_of(request), queries.RECORD_TYPES, page="record", at=now)
    problems = conditions.problems_of(found.each("Condition"))
    prescribed = medicines.medicines_of(found.each(*medicines.TYPES), timezone.localdate(now))
    context = {
        "allergies": conditions.allergies_of(found.each("AllergyIntolerance")).known,
        "problems": [one for one in problems if not one.is_over and not one.is_of_visits],
        "at_visits": [one for one in problems if not one.is_over and one.is_of_visits],
        "past_problems": [one for one in problems if one.is_over],
        "medicines": [one for one in prescribed if one.is_in_use],
        "past_medicines": [one for one in prescribed if one.was_taken and not one.is_in_use],
        "stays": len(care.visits_of(found.each("Encounter"))),
        "immunisations": len(_given(found)),
        "documents": len(care.documents_of(found.each("DocumentReference"))),
    }
    return shown(request, "record.html", context, tab="record")


def _given(found: Record) -> list[care.Immunisation]:
    """Vaccinations that were given; those that were not are the clinic's business."""
    return [one for one in map(care.immunisation, found.each("Immunization")) if one.is_given]


def _tests(request: HttpRequest) -> list[Course]:
    found = queries.record_of(resident_of(request), queries.RESULT_TYPES, page="results", at=timezone.now())
    return courses_of(results_of(found.each(*queries.RESULT_TYPES)))


@resident_signed_in
def all_results(request: HttpRequest) -> HttpResponse:
    """Every test with its newest result, the unusual ones marked."""
    return shown(request, "results.html", _some(request, "tests", _tests(request)), tab="record")


@resident_signed_in
def one_test(request: HttpRequest) -> HttpResponse:
    """One test over time; all of them where none is named. code: the key of its results."""
    code = request.GET.get("code", "")
    if not code:
        return all_results(request)
    test = next((one for one in _tests(request) if one.key == code), None)
    if test is None:
        raise _not_there()
    return shown(request, "one_test.html", {"test": test, "trend": trend(test, language())}, tab="record")


@resident_signed_in
def stays(request: HttpRequest) -> HttpResponse:
    """Visits and stays in hospital."""
    types = ("Encounter", "Condition")
    found = queries.record_of(resident_of(request), types, page="stays", at=timezone.now())
    visits = care.visits_of(found.each("Encounter"), found.each("Condition"))
    return shown(request, "stays.html", _some(request, "visits", visits), tab="record")


@resident_signed_in
def immunisations(request: HttpRequest) -> HttpResponse:
    """Vaccinations."""
    found = queries.record_of(resident_of(request), ("Immunization",), page="immunisations", at=timezone.now())
    return shown(request, "immunisations.html", _some(request, "immunisations", _given(found)), tab="record")


@resident_signed_in
def documents(request: HttpRequest) -> HttpResponse:
    """Documents that the record names."""
    found = queries.record_of(resident_of(request), ("DocumentReference",), page="documents", at=timezone.now())
    named = care.documents_of(found.each("DocumentReference"))
    return shown(request, "documents.html", _some(request, "documents", named), tab="record")


@resident_signed_in
def all_reports(request: HttpRequest) -> HttpResponse:
    """Reports of laboratory and imaging."""
    return shown(request, "reports.html", _some(request, "reports", _reports(request)), tab="record")


def _reports(request: HttpRequest) -> list[reports.Report]:
    found = queries.record_of(resident_of(request), queries.REPORT_TYPES, page="reports", at=timezone.now())
    return reports.reports_of(found.each("DiagnosticReport"), found.each("Observation"))


@resident_signed_in
def one_report(request: HttpRequest) -> HttpResponse:
    """One report with its results; all of them where none is named."""
    wanted = request.GET.get("id", "")
    if not wanted:
        return all_reports(request)
    report = next((one for one in _reports(request) if one.fact.id == wanted), None)
    if report is None:
        raise _not_there()
    return shown(request, "one_report.html", {"report": report}, tab="record")


@resident_signed_in
def all_bills(request: HttpRequest) -> HttpResponse:
    """What stays and visits cost, where the record holds it."""
    found = queries.record_of(resident_of(request), queries.BILL_TYPES, page="bills", at=timezone.now())
    settled = bills.bills_of(found.each(*queries.BILL_TYPES))
    return shown(request, "bills.html", _some(request, "bills", settled), tab="record")


def _not_there() -> NotFound:
    return NotFound(
        "resident_services.not_there",
        zh="您的档案中没有这一项，可能已被更正或撤回",
        en="your record does not hold this; it may have been corrected or taken back",
    )
