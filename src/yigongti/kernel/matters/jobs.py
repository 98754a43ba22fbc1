"""What the worker does for matters: makes letters as soon as they are due, watches deadlines, verifies at night.

The queue holds letter numbers only. A letter whose place in the queue was lost is found by the minute's run.
"""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

log = logging.getLogger(__name__)


@app.task(name="yigongti.make_letter")
def make_letter(letter_id: int) -> None:
    """Make one letter."""
    from django.db import connections
    from django.utils import timezone

    from yigongti.kernel.matters.letters import making

    try:
        making.make_letter(letter_id, timezone.now())
    finally:
        connections.close_all()  # the worker's threads come and go


def queue_letter(letter_id: int) -> None:
    """Put the letter into the queue, in the caller's transaction."""
    make_letter.configure(lock=f"letter:{letter_id}").defer(letter_id=letter_id)


@app.periodic(cron="* * * * *")
@app.task(name="yigongti.matters_letters", queueing_lock="yigongti.matters_letters")
def make_letters(timestamp: int) -> None:
    """Make what waits; what failed before is tried again once an hour."""
    from django.db import connections
    from django.utils import timezone

    from yigongti.kernel.matters.letters import making

    now = timezone.now()
    try:
        making.make_letters(now, again=now.minute == 0)
    finally:
        connections.close_all()


@app.periodic(cron="*/10 * * * *")
@app.task(name="yigongti.matters_remind", queueing_lock="yigongti.matters_remind")
def remind(timestamp: int) -> None:
    """Look at the deadlines."""
    from django.db import connections
    from django.utils import timezone

    from yigongti.kernel.matters import deadlines

    try:
        deadlines.remind(timezone.now())
    finally:
        connections.close_all()


@app.periodic(cron="37 19 * * *")  # UTC: 03:37 in the county
@app.task(name="yigongti.matters_verify", queueing_lock="yigongti.matters_verify")
def verify(timestamp: int) -> None:
    """Verify every history; a fault goes into the server's log."""
    from django.db import connections

    from yigongti.kernel.matters.verifying import faults

    try:
        for fault in faults():
            log.error("history of matters: %s", fault.en)
    finally:
        connections.close_all()
