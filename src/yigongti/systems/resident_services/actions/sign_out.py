"""End a resident's session."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.trail.public import record


def sign_out(request: HttpRequest, *, at: datetime, address: str) -> None:
    """The session is gone, with all that it held; without one, nothing happens. A member of staff stays signed in."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor.resident_id:
        record(actor, "resident_services.signed_out", at=at, address=address)
        request.session.flush()
        request.actor = NOBODY  # type: ignore[attr-defined]
