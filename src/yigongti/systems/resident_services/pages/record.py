"""The own record: problems, allergies, medicines, results over time, stays, vaccinations, documents, reports, bills."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.guard import resident_signed_in
from yigongti.kernel.records.reading import bills, clinical, reports, results
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
    resources = queries.record_of(resident_of(request), queries.RECORD_TYPES, page="record", at=timezone.now())
    told = language()
    problems, medicines = clinical.problems(resources, told), clinical.medicines(resources, told)
    context = {
        "allergies": [line for line in clinical.allergies(resources, told) if line.is_current],
        "problems": [line for line in problems if line.is_current and line.kind != clinical.AT_VISITS],
        "at_visits": clinical.named_once(p for p in problems if p.is_current and p.kind == clinical.AT_VISITS),
        "past_problems": [line for line in problems if not line.is_current],
        "medicines": [line for line in medicines if line.is_current],
        "past_medicines": [line for line in medicines if not line.is_current],
        "stays": len(clinical.stays(resources, told)),
        "immunisations": len(clinical.immunisations(resources, told)),
        "documents": len(clinical.documents(resources, told)),
    }
    return shown(request, "record.html", context, tab="record")


@resident_signed_in
def all_results(request: HttpRequest) -> HttpResponse:
    """Every test with its newest result, the unusual ones marked."""
    resources = queries.record_of(resident_of(request), queries.RESULT_TYPES, page="results", at=timezone.now())
    tests = results.tests(results.results(resources, language()))
    return shown(request, "results.html", _some(request, "tests", tests), tab="record")


@resident_signed_in
def one_test(request: HttpRequest) -> HttpResponse:
    """One test over time; all of them where none is named. code: as `reading.words.code_of` names it."""
    code = request.GET.get("code", "")
    if not code:
        return all_results(request)
    resources = queries.record_of(resident_of(request), queries.RESULT_TYPES, page="results", at=timezone.now())
    tests = results.tests(results.results(resources, language()))
    test = next((one for one in tests if one.code == code), None)
    if test is None:
        raise _not_there()
    return shown(request, "one_test.html", {"test": test, "trend": trend(test, language())}, tab="record")


@resident_signed_in
def stays(request: HttpRequest) -> HttpResponse:
    """Visits and stays in hospital."""
    types = ("Encounter", "Condition")
    resources = queries.record_of(resident_of(request), types, page="stays", at=timezone.now())
    return shown(request, "stays.html", _some(request, "lines", clinical.stays(resources, language())), tab="record")


@resident_signed_in
def immunisations(request: HttpRequest) -> HttpResponse:
    """Vaccinations."""
    resources = queries.record_of(resident_of(request), ("Immunization",), page="immunisations", at=timezone.now())
    lines = clinical.immunisations(resources, language())
    return shown(request, "immunisations.html", _some(request, "lines", lines), tab="record")


@resident_signed_in
def documents(request: HttpRequest) -> HttpResponse:
    """Documents that the record names."""
    resources = queries.record_of(resident_of(request), ("DocumentReference",), page="documents", at=timezone.now())
    lines = clinical.documents(resources, language())
    return shown(request, "documents.html", _some(request, "lines", lines), tab="record")


@resident_signed_in
def all_reports(request: HttpRequest) -> HttpResponse:
    """Reports of laboratory and imaging."""
    resources = queries.record_of(resident_of(request), queries.REPORT_TYPES, page="reports", at=timezone.now())
    found = reports.reports(resources, language())
    return shown(request, "reports.html", _some(request, "reports", found), tab="record")


@resident_signed_in
def one_report(request: HttpRequest) -> HttpResponse:
    """One report with its results; all of them where none is named."""
    wanted = request.GET.get("id", "")
    if not wanted:
        return all_reports(request)
    resources = queries.record_of(resident_of(request), queries.REPORT_TYPES, page="reports", at=timezone.now())
    report = next((one for one in reports.reports(resources, language()) if one.id == wanted), None)
    if report is None:
        raise _not_there()
    return shown(request, "one_report.html", {"report": report}, tab="record")


@resident_signed_in
def all_bills(request: HttpRequest) -> HttpResponse:
    """What stays and visits cost, where the record holds it."""
    resources = queries.record_of(resident_of(request), queries.BILL_TYPES, page="bills", at=timezone.now())
    return shown(request, "bills.html", _some(request, "bills", bills.bills(resources, language())), tab="record")


def _not_there() -> NotFound:
    return NotFound(
        "resident_services.not_there",
        zh="您的档案中没有这一项，可能已被更正或撤回",
        en="your record does not hold this; it may have been corrected or taken back",
    )
