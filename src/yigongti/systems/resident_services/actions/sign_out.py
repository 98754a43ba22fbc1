"""End a resident's session."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from yigongti.kernel.access.actor import NOBODY


def sign_out(request: HttpRequest, *, at: datetime, address: str) -> None:
    """The session is gone, with all that it held; without one, nothing happens. A member of staff stays signed in."""
    if request.actor.resident_id:  # type: ignore[attr-defined]
        request.session.flush()
        request.actor = NOBODY  # type: ignore[attr-defined]
