"""The session of a resident who looks at the own record: apart from accounts, never beside one in the same browser."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils import timezone

from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.limits import limit
from yigongti.kernel.access.scope import scope

RESIDENT_KEY, RESIDENT_SEEN_KEY = "resident", "resident_seen"
_MERGES_IN_A_ROW = 8


def open_resident_session(request: HttpRequest, resident_id: int, at: datetime) -> None:
    """Begin a resident's session; whatever the browser's session held before, an account above all, is gone."""
    request.session.flush()
    request.session[RESIDENT_KEY] = resident_id
    request.session[RESIDENT_SEEN_KEY] = int(at.timestamp())
    rotate_token(request)


def resident_actor(request: HttpRequest) -> Actor:
    """The resident of the session, NOBODY when there is none, it has rested too long, or the registration is gone."""
    resident_id = request.session.get(RESIDENT_KEY)
    if not resident_id:
        return NOBODY
    now, seen = timezone.now(), request.session.get(RESIDENT_SEEN_KEY, 0)
    rested = now.timestamp() - seen
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    is_over = rested > limit("access.resident_session_minutes") * 60
    actor = NOBODY if is_over else actor_of_resident(resident_id, language)
    if not actor.resident_id:
        request.session.flush()
    elif rested > timedelta(minutes=1).total_seconds():
        request.session[RESIDENT_SEEN_KEY] = int(now.timestamp())  # at most once a minute: each is a write
    return actor


def actor_of_resident(resident_id: int, language: str = "") -> Actor:
    """The actor of a registration, or of the one into which it was merged; NOBODY if there is none.

    language: as this browser wishes; anything that the product does not speak is Chinese.
    """
    spoken = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    from yigongti.kernel.people.models import Resident  # people stand on access, so they are asked late

    for _step in range(_MERGES_IN_A_ROW):
        with scope(Actor(0, "", "", resident_id=resident_id)):
            found = Resident.objects.filter(pk=resident_id).values("name", "merged_into_id").first()
        if found is None:
            return NOBODY
        if found["merged_into_id"] is None:
            return Actor(0, "", display_name=found["name"], language=spoken, resident_id=resident_id)
        resident_id = found["merged_into_id"]
    return NOBODY
