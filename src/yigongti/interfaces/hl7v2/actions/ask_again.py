"""Asking for a message again: a retry of what failed or is dead, a rerun of what was rejected or mapped wrongly.

The operator only marks the message; the listener or `yigongti hl7 retry` applies it, as the institution's own account:
whoever looks after the exchange writes no records.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yigongti.foundation.errors import Conflict
from yigongti.interfaces.hl7v2.actions.apply import PURPOSE
from yigongti.interfaces.hl7v2.history import note
from yigongti.interfaces.hl7v2.models import MessageEvent, MessageLog
from yigongti.interfaces.hl7v2.queries import message_of
from yigongti.interfaces.hl7v2.rights import require_recording
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.trail.public import record

_STATES = MessageLog.State
NOT_WHOLE = frozenset({"hl7v2.too_large", "hl7v2.half_message"})
"""Reasons of messages of which only the beginning is kept."""
CAN_BE_RETRIED = frozenset({_STATES.FAILED, _STATES.DEAD})
CAN_BE_RERUN = frozenset({_STATES.REJECTED, _STATES.DEAD, _STATES.APPLIED})


def retry(message_id: int, actor: Actor, at: datetime) -> MessageLog:
    """A message that failed is due now, with all its tries anew. Raises NotFound, NotPermitted, Conflict."""
    return _ask(message_id, actor, at, "retry", CAN_BE_RETRIED)


def rerun(message_id: int, actor: Actor, at: datetime) -> MessageLog:
    """A message that was rejected, died or was applied is mapped and applied anew, with the choices then in force.

    An applied one replaces what it made (its resources are found again by their identifiers).
    Raises NotFound, NotPermitted, Conflict.
    """
    return _ask(message_id, actor, at, "rerun", CAN_BE_RERUN)


def _ask(message_id: int, actor: Actor, at: datetime, how: str, states: frozenset[str]) -> MessageLog:
    message = message_of(actor, message_id)
    actor.require("hl7v2.retry", message.institution_id)
    message = MessageLog.objects.select_for_update().get(pk=message_id)
    _refuse_if_not_whole(message)
    if message.state not in states:
        raise Conflict(
            "hl7v2.not_in_this_state",
            zh="报文现在的状态不需要这样做，请刷新页面",
            en="the message is not in a state in which this is done; reload the page",
        )
    _mark(message, actor, at, how)
    return message


def ask_for_all(
    actor: Actor,
    institution_id: int,
    states: Sequence[str],
    at: datetime,
    *,
    reason: str = "",
    numbers: Sequence[int] = (),
) -> int:
    """From the command line, as the institution's own account: all messages of these states, or only those of a reason
    or of these numbers; how many were marked. Raises NotPermitted."""
    require_recording(actor, institution_id)
    with scope(actor, purpose=PURPOSE):
        found = MessageLog.objects.select_for_update().filter(institution_id=institution_id, state__in=states)
        found = found.exclude(error_code__in=NOT_WHOLE)
        if reason:
            found = found.filter(error_code=reason)
        if numbers:
            found = found.filter(pk__in=numbers)
        marked = list(found.order_by("pk"))
        for message in marked:
            _mark(message, actor, at, "command")
    return len(marked)


def _refuse_if_not_whole(message: MessageLog) -> None:
    if message.error_code in NOT_WHOLE:
        raise Conflict(
            "hl7v2.not_whole",
            zh="只收到报文的一部分，不能处理，请对方重发",
            en="only a part of the message came; it cannot be applied, its sender must send it again",
        )


def _mark(message: MessageLog, actor: Actor, at: datetime, how: str) -> None:
    message.state, message.attempts, message.next_try_at = _STATES.STORED, 0, at
    message.save(update_fields=["state", "attempts", "next_try_at"])
    note(message, MessageEvent.Kind.ASKED, actor, at, {"how": how})
    record(actor, "hl7v2.retry", subject=f"hl7v2 {message.pk}", at=at, institution_id=message.institution_id,
           detail={"how": how})  # fmt: skip
