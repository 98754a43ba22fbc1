"""What health records say on the overview: my residents, records opened today, pairs that wait."""

from __future__ import annotations

from datetime import datetime, time

from django.http import HttpRequest
from django.utils import timezone

from yigongti.kernel.people.queries import openings_at
from yigongti.kernel.people.relations import live_opening
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.overview import Offer, Panel
from yigongti.systems.health_records import queries


def my_residents(request: HttpRequest) -> Panel | None:
    """How many are in my care; for those who keep the residents of a village or township."""
    focus = focus_of(request)
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.may("people.register"):
        return None
    count = queries.panel(actor, timezone.localdate(), focus.institution_ids, "caring").count()
    return Panel("health_records/panel_residents.html", {"count": count, "query": focus.query})


def openings_today(request: HttpRequest) -> Panel | None:
    """Records opened beyond care today, and those open now."""
    actor = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
    rows = openings_at(actor).order_by()
    context = {
        "emergencies": rows.filter(started_at__gte=midnight, kind="emergency").count(),
        "matters": rows.filter(started_at__gte=midnight, kind="matter").count(),
        "live": rows.filter(live_opening(now)).count(),
        "query": focus_of(request).query,
    }
    return Panel("health_records/panel_openings.html", context)


def pairs_waiting(request: HttpRequest) -> Panel | None:
    """The queue of doubtful pairs; nothing when it is empty."""
    count = queries.open_pairs().count()
    query = focus_of(request).query
    return Panel("health_records/panel_pairs.html", {"count": count, "query": query}) if count else None


OVERVIEW = [
    Offer("records.see", my_residents, order=5),
    Offer("trail.see_views", openings_today, order=5),
    Offer("people.match", pairs_waiting, order=6),
]
