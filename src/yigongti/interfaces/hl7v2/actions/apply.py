"""Applying a stored message to the record: once, whole, in the order in which the messages of a patient came.

The change of the record and the mark "applied" are one transaction. The row is locked, so that two workers cannot apply
one message; a message waits while an earlier one of its patient is not through (a dead letter holds nobody up).

    the record refuses (wrong content)      rejected, AE with the record's reason
    a lock, the database, anything else     failed: tried again after a wait that doubles; after the last, dead
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from yigongti.foundation.errors import Conflict, NotFound, YigongtiError
from yigongti.interfaces.hl7v2.acknowledgement import acknowledge, answer_code
from yigongti.interfaces.hl7v2.history import note, told
from yigongti.interfaces.hl7v2.limits import limit, wait_before
from yigongti.interfaces.hl7v2.local_choices import LocalChoices
from yigongti.interfaces.hl7v2.models import MessageEvent, MessageLog
from yigongti.interfaces.hl7v2.problems import Condition, Problem, Verdict, warning, wrong
from yigongti.interfaces.hl7v2.reception import Judgement, Sender, judge
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope

log = logging.getLogger(__name__)

PURPOSE = "exchanging"
ANSWERED_AS = "YIGONGTI"
Apply = Callable[..., dict[str, Any]]
"""put_into_records(translation, actor, institution_id=…, at=…), or what stands in its place."""
_STATES = MessageLog.State
_PENDING = (_STATES.STORED, _STATES.FAILED)
_PASSING = frozenset({409, 423, 429, 503})  # of a refusal by the record: somebody else is at it
_WAIT_BEHIND = timedelta(seconds=2)


def apply_message(
    message_id: int, actor: Actor, sender: Sender, choices: LocalChoices, at: datetime, apply: Apply
) -> MessageLog | None:
    """Apply it now if it is due to be; the row as it then is, or None when another worker holds it.

    The message is judged anew with the choices in force: that is how a mended mapping takes effect.
    """
    with scope(actor, purpose=PURPOSE):
        message = MessageLog.objects.select_for_update(skip_locked=True).filter(pk=message_id).first()
        if message is None or message.state not in _PENDING:
            return message
        if _waits(message):
            message.next_try_at = at + _WAIT_BEHIND
            message.save(update_fields=["next_try_at"])
            return message
        judgement = judge(message.raw, sender, choices)
        message.attempts += 1
        message.mapping_version = choices.version
        _settle(message, judgement, actor, at, apply)
        message.save()
        return message


def apply_due(
    actor: Actor,
    institution_id: int,
    sender: Sender,
    choices: LocalChoices,
    at: datetime,
    apply: Apply,
    *,
    at_most: int = 200,
) -> int:
    """Apply what waits at an institution and is due; how many were tried."""
    with scope(actor, purpose=PURPOSE):
        due = list(
            MessageLog.objects.filter(institution_id=institution_id, state__in=_PENDING, next_try_at__lte=at)
            .order_by("id")
            .values_list("pk", flat=True)[:at_most]
        )
    for message_id in due:
        apply_message(message_id, actor, sender, choices, at, apply)
    return len(due)


def _waits(message: MessageLog) -> bool:
    earlier = MessageLog.objects.filter(
        institution_id=message.institution_id, subject=message.subject, pk__lt=message.pk, state__in=_PENDING
    )
    return bool(message.subject) and earlier.exists()


def _settle(message: MessageLog, judgement: Judgement, actor: Actor, at: datetime, apply: Apply) -> None:
    if judgement.verdict != Verdict.ACCEPTED or judgement.translation is None:
        _reject(message, judgement, judgement.problems, actor, at)
        return
    try:
        with transaction.atomic():
            made = apply(judgement.translation, actor, institution_id=message.institution_id, at=at)
    except YigongtiError as refused:
        if isinstance(refused, Conflict) or getattr(refused, "status", 0) in _PASSING:
            _fail(message, judgement, refused.code, refused.text.en, actor, at)
        else:
            _reject(message, judgement, (*judgement.problems, _as_problem(refused)), actor, at)
    except Exception as failure:
        log.exception("HL7 v2 message %s could not be applied", message.pk)
        _fail(message, judgement, "hl7v2.internal", type(failure).__name__, actor, at)
    else:
        message.state, message.applied_at, message.next_try_at = _STATES.APPLIED, at, None
        message.problems, message.error_code = told(judgement.problems), ""
        _answer(message, judgement, judgement.problems, at)
        note(message, MessageEvent.Kind.APPLIED, actor, at, made)


def _reject(
    message: MessageLog, judgement: Judgement, problems: tuple[Problem, ...], actor: Actor, at: datetime
) -> None:
    message.state, message.next_try_at = _STATES.REJECTED, None
    message.problems = told(problems)
    message.error_code = next(problem.key for problem in problems if problem.verdict != Verdict.ACCEPTED)
    _answer(message, judgement, problems, at)
    note(message, MessageEvent.Kind.REJECTED, actor, at)


def _fail(message: MessageLog, judgement: Judgement, code: str, said: str, actor: Actor, at: datetime) -> None:
    later = warning(
        Condition.INTERNAL,
        "applied_later",
        "报文已保存，暂未写入档案，系统将自动重试",
        "the message is kept and not yet in the record; it is tried again by itself",
    )
    is_last = message.attempts >= limit("tries", at)
    message.state = _STATES.DEAD if is_last else _STATES.FAILED
    message.next_try_at = None if is_last else at + wait_before(message.attempts, at)
    message.problems = told((*judgement.problems, later))
    message.error_code = code
    if not message.answer:  # it is kept and we answer for it: the sender need not send it again
        _answer(message, judgement, (*judgement.problems, later), at)
    kind = MessageEvent.Kind.DEAD if is_last else MessageEvent.Kind.FAILED
    note(message, kind, actor, at, {"said": said, "attempt": message.attempts})


def _answer(message: MessageLog, judgement: Judgement, problems: tuple[Problem, ...], at: datetime) -> None:
    verdict = Verdict.ACCEPTED
    if any(problem.verdict != Verdict.ACCEPTED for problem in problems):
        verdict = judgement.verdict if judgement.verdict != Verdict.ACCEPTED else Verdict.ERROR
    message.answer_code = answer_code(judgement.header, verdict)
    message.answer = acknowledge(
        judgement.header, problems, control_id=f"R{message.pk}", at=at, answered_as=ANSWERED_AS
    )


def _as_problem(refused: YigongtiError) -> Problem:
    text = refused.text
    where = f" ({refused.where})" if refused.where else ""
    condition = Condition.UNKNOWN_KEY if isinstance(refused, NotFound) else Condition.INTERNAL
    problem = wrong(condition, "record_refused", text.zh + where, text.en + where)
    return Problem(problem.verdict, problem.condition, refused.code[:60], problem.text, problem.place)
