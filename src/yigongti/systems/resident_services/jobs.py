"""The queue of sign-in codes. It holds numbers of requests only, never an identity number."""

from __future__ import annotations

from procrastinate.contrib.django import app

AHEAD_OF_LONG_WORK = 20


@app.task(name="yigongti.resident_code")
def resident_code(request_id: int) -> None:
    """Make and send the code of a request."""
    from django.db import connections
    from django.utils import timezone

    from yigongti.systems.resident_services.actions.send_code import send_code

    try:
        send_code(request_id, at=timezone.now())
    finally:
        connections.close_all()  # the worker's threads come and go


def queue_code(request_id: int) -> None:
    """Put a request into the queue, in the caller's transaction."""
    resident_code.configure(priority=AHEAD_OF_LONG_WORK).defer(request_id=request_id)
