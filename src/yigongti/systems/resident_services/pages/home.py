"""The resident's first page: what is next, and what was found last, in words."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from yigongti.kernel.access.guard import resident_signed_in
from yigongti.kernel.people.masking import shown as identity_shown
from yigongti.kernel.records.reading import plans
from yigongti.kernel.records.reading.courses import courses_of
from yigongti.kernel.records.reading.results import results_of
from yigongti.systems.resident_services import queries
from yigongti.systems.resident_services.pages.shell import resident_of, shown

SHOWN_RESULTS = 4
RECENT_OPENING = timedelta(days=30)


@resident_signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The first page."""
    actor, now = resident_of(request), timezone.now()
    found = queries.record_of(actor, (*queries.RESULT_TYPES, *plans.TYPES), page="home", at=now)
    courses = courses_of(results_of(found.each(*queries.RESULT_TYPES)))
    newest = [course.newest for course in courses if course.newest.category != "survey"][:SHOWN_RESULTS]
    openings = [one for one in queries.openings_of(actor) if one.started_at > now - RECENT_OPENING]
    context = {
        "newest": newest,
        "unusual": sum(1 for one in newest if one.is_unusual),
        "next": plans.still_open(found.each(*plans.TYPES)),
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
