"""The queue of messages: each is carried by the worker, and tried again after a pause when it was not taken.

The queue holds message numbers only; it stands beside the jobs that people start (kernel/jobs), which have an account.
"""

from __future__ import annotations

from procrastinate.contrib.django import app

AHEAD_OF_LONG_WORK = 10


@app.task(name="yigongti.deliver_message")
def deliver_message(message_id: int) -> None:
    """One attempt; queued again when it is to be repeated."""
    from django.db import connections
    from django.utils import timezone

    from yigongti.kernel.messages.delivering import deliver
    from yigongti.kernel.messages.senders import sender_in_use

    try:
        seconds = deliver(message_id, sender_in_use(), timezone.now())
        if seconds is not None:
            queue_delivery(message_id, after_seconds=seconds)
    finally:
        connections.close_all()  # the worker's threads come and go


def queue_delivery(message_id: int, *, after_seconds: int = 0) -> None:
    """Put the message into the queue, in the caller's transaction."""
    when = {"schedule_in": {"seconds": after_seconds}} if after_seconds else {}
    task = deliver_message.configure(lock=f"message:{message_id}", priority=AHEAD_OF_LONG_WORK, **when)
    task.defer(message_id=message_id)
