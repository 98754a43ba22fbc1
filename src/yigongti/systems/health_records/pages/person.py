"""The person's page: the answer in words, what must be known, what is going on, and how it went, in one screen."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.people.limits import limit
from yigongti.kernel.people.models import Resident
from yigongti.kernel.people.queries import care_of, openings_of
from yigongti.kernel.records.reading.facts import Record
from yigongti.systems.health_records import queries
from yigongti.systems.health_records.pages import charts
from yigongti.systems.health_records.pages.guarding import person_page
from yigongti.systems.health_records.pages.residents import person_address
from yigongti.systems.health_records.pages.shown import Opened, group_names, opened
from yigongti.systems.health_records.person import timeline
from yigongti.systems.health_records.person.lines import line_of
from yigongti.systems.health_records.person.summary import (
    COURSE_MONTHS,
    LATEST_RESULTS,
    TIMELINE_EVENTS,
    TYPES,
    Summary,
    summarise,
)
from yigongti.systems.health_records.targets import targets_for

SHORT = 5
"""Lines of the short lists at the foot of the page."""


@person_page
def person(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One resident. ?kind= and ?at= narrow the timeline."""
    found = opened(request, public_id, "page: record")
    if found.resident.public_id != public_id:  # merged meanwhile: the survivor has the page
        return HttpResponseRedirect(person_address(found.resident.public_id))
    actor: Actor = request.actor  # type: ignore[attr-defined]
    summary = summary_of(found)
    kind = request.GET.get("kind", "")
    place = request.GET.get("at", "")
    events = timeline.chosen(summary.events, kind if kind in timeline.KINDS else "", place)
    targets = targets_for(found.years, found.today)
    pressure = summary.pressure
    context = {
        "opened": found,
        "base": person_address(public_id),
        "summary": summary,
        "pressure": charts.pressure(pressure, targets) if pressure else None,
        "courses": [(f"course-{n}", course, charts.course(course)) for n, course in enumerate(summary.small_courses)],
        "months": COURSE_MONTHS,
        "result_total": summary.record.total("Observation"),
        "immunisations": [line_of(fact) for fact in summary.immunisations[:SHORT]],
        "followups": [line_of(fact) for fact in summary.followups[:SHORT]],
        "documents": [line_of(fact) for fact in summary.documents[:SHORT]],
        "latest": summary.latest[:LATEST_RESULTS],
        "years": timeline.by_year(events[:TIMELINE_EVENTS]),
        "event_count": len(events),
        "events_shown": min(len(events), TIMELINE_EVENTS),
        "kinds": _kinds(request, summary, kind),
        "places": sorted({event.institution for event in summary.events if event.institution}),
        "kind": kind,
        "place": place,
        "groups": group_names(found.resident, found.today),
        "household": found.resident.household if found.resident.household_id else None,
        "care": care_of(found.resident.pk, live_on=found.today),
        "openings": openings_of(found.resident.pk, live_at=found.at),
        "may_edit": actor.may("people.register"),
        "may_let_in": actor.may("people.let_in") or actor.may("people.register"),
        "may_break_glass": actor.may("records.break_glass") and found.relation is None,
    }
    return render(request, "health_records/person.html", context)


def summary_of(found: Opened) -> Summary:
    """The page's content out of the record; empty for those who see the registration alone."""
    newest = limit("records.shown_per_kind", found.today)
    record = queries.record_of(found.resident.pk, TYPES, newest) if found.sees_record else Record()
    return summarise(
        record,
        name=found.identity.name,
        sex=found.sex if found.resident.sex in (Resident.Sex.MALE, Resident.Sex.FEMALE) else "",
        age=found.age,
        targets=targets_for(found.years, found.today),
        today=found.today,
    )


def _kinds(request: HttpRequest, summary: Summary, chosen: str) -> list[tuple[object, int, str, bool]]:
    """The filter of the timeline: name, how many, address, whether it is chosen."""
    kept = {name: value for name, value in request.GET.items() if name not in ("kind", "export")}
    counted: dict[str, int] = {}
    for event in summary.events:
        counted[event.kind] = counted.get(event.kind, 0) + 1
    offered: list[tuple[object, int, str, bool]] = [
        (_("All"), len(summary.events), "?" + urlencode(kept) + "#timeline", not chosen)
    ]
    for kind, name in timeline.KINDS.items():
        if kind in counted:
            address = "?" + urlencode({**kept, "kind": kind}) + "#timeline"
            offered.append((name, counted[kind], address, kind == chosen))
    return offered
