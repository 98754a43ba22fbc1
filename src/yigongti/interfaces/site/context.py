"""What the base template needs on every page."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.navigation import Entry, declared, rail


@lru_cache(maxsize=1)
def _entries() -> tuple[Entry, ...]:
    return tuple(declared())


def shell(request: HttpRequest) -> dict[str, Any]:
    """actor, focus, the rail and whether the county is invented."""
    actor = getattr(request, "actor", NOBODY)
    shown: dict[str, Any] = {"actor": actor, "demo": settings.DEMO}
    if not actor.is_signed_in or request.headers.get("HX-Request") == "true":
        return shown
    # an error page about the focus itself must still have its rail
    telling_error = getattr(request, "telling_error", False)
    focus = None if telling_error else focus_of(request)
    shown["focus"] = focus
    asked = None if telling_error else request
    shown["rail"] = rail(_entries(), actor, request.path, focus.query if focus else "", asked)
    return shown
