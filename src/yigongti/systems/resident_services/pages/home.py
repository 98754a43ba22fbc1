"""The resident's first page: what is next, and what was found last, in words."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from yigongti.kernel.access.guard import resident_signed_in
from yigongti.kernel.people.masking import shown as identity_shown
from yigongti.kernel.records.reading import plans, results
from yigongti.systems.resident_services import queries
from yigongti.systems.resident_services.pages.shell import language, resident_of, shown

SHOWN_RESULTS = 4
RECENT_OPENING = timedelta(days=30)


@resident_signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The first page."""
    actor, now = resident_of(request), timezone.now()
    resources = queries.record_of(actor, (*queries.RESULT_TYPES, *plans.TYPES), page="home", at=now)
    tests = results.tests(results.results(resources, language()))
    newest = [test.newest for test in tests if test.newest.category != "survey"][:SHOWN_RESULTS]
    openings = [one for one in queries.openings_of(actor) if one.started_at > now - RECENT_OPENING]
    context = {
        "newest": newest,
        "unusual": sum(1 for one in newest if one.is_unusual),
        "next": plans.still_open(resources, language()),
        "openings": openings,
    }
    return shown(request, "home.html", context, tab="home")


@resident_signed_in
def more(request: HttpRequest) -> HttpResponse:
    """Everything that the bar has no room for."""
    registration = queries.registration(resident_of(request))
    # masked even for the resident: the page is opened in waiting rooms
    masked = identity_shown(registration, in_full=False)
    return shown(request, "more.html", {"registration": registration, "identity": masked}, tab="more")
