"""Carrying a message to the telephone: one attempt, and what follows from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.limits import limit
from yigongti.kernel.access.scope import scope
from yigongti.kernel.messages.models import Message
from yigongti.kernel.messages.senders import NotSent, Outgoing, Sender
from yigongti.kernel.people.sealing import NotOpened, ring

DELIVERING = "delivering"
"""The purpose of the scope in which the worker reads and marks messages."""


def deliver(message_id: int, sender: Sender, at: datetime) -> int | None:
    """Try once; the seconds after which to try again, None when the message is sent, given up or no longer waiting.

    The attempt is counted before the sender is asked and without holding the row: a worker that is killed in between
    may send a message twice, but never loses one.
    """
    outgoing = _claim(message_id, sender, at)
    if outgoing is None:
        return None
    try:
        receipt = sender.send(outgoing)
    except NotSent as error:
        return _not_sent(message_id, error, at)
    # a secret does not outlive its delivery
    _mark(message_id, state=Message.State.SENT, sent_at=at, receipt=receipt[:128], fault="", text_sealed="")
    return None


def _claim(message_id: int, sender: Sender, at: datetime) -> Outgoing | None:
    with scope(NOBODY, purpose=DELIVERING):
        waiting = Message.objects.select_for_update(of=("self",)).filter(pk=message_id, state=Message.State.WAITING)
        found = waiting.first()
        if found is None:
            return None
        if found.expires_at and found.expires_at <= at:
            _mark(message_id, state=Message.State.FAILED, fault="messages.expired", text_sealed="")
            return None
        try:
            phone = ring().open(found.to_sealed, "phone")
            text = ring().open(found.text_sealed, "message") if found.text_sealed else found.text
        except NotOpened as error:
            _mark(message_id, state=Message.State.FAILED, fault=error.code, text_sealed="")
            return None
        _mark(message_id, attempts=found.attempts + 1, sender=sender.name)
        return Outgoing(found.pk, found.kind, phone, text, found.language)


def _not_sent(message_id: int, error: NotSent, at: datetime) -> int | None:
    with scope(NOBODY, purpose=DELIVERING):
        attempts = Message.objects.values_list("attempts", flat=True).get(pk=message_id)
        if error.temporary and attempts < limit("messages.attempts"):
            _mark(message_id, fault=error.code)
            return pause_after(attempts)
        _mark(message_id, state=Message.State.FAILED, fault=error.code, text_sealed="")
    return None


def pause_after(attempts: int) -> int:
    """Seconds until the next attempt: the first pause of the policy, doubled each time."""
    return limit("messages.first_pause_minutes") * 60 * 2 ** (attempts - 1)


def _mark(message_id: int, **fields: Any) -> None:
    with scope(NOBODY, purpose=DELIVERING):
        Message.objects.filter(pk=message_id).update(**fields)
