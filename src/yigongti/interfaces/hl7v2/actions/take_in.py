"""Taking a message in: it is stored durably, then applied, then answered. Nothing is answered that is not stored.

    judge (pure)  →  store: transaction of its own  →  apply: transaction of its own  →  the answer

A repeat of the same bytes is not stored again: it gets the answer of the first, or is applied now where the first was
interrupted between storing and applying.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from yigongti.interfaces.hl7v2.acknowledgement import acknowledge, answer_code
from yigongti.interfaces.hl7v2.actions.apply import ANSWERED_AS, PURPOSE, Apply, apply_message
from yigongti.interfaces.hl7v2.applying import put_into_records
from yigongti.interfaces.hl7v2.history import note, told
from yigongti.interfaces.hl7v2.local_choices import LocalChoices
from yigongti.interfaces.hl7v2.models import MessageEvent, MessageLog, sealed
from yigongti.interfaces.hl7v2.problems import Problem, Verdict
from yigongti.interfaces.hl7v2.reception import Judgement, Sender, judge
from yigongti.interfaces.hl7v2.rights import require_recording
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.people.sealing import ring

log = logging.getLogger(__name__)
_STATES = MessageLog.State


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a message came from: the account that it is taken in as, the institution that it belongs to, the way."""

    actor: Actor
    institution: Institution
    sender: Sender
    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender is told, as bytes, and the row that it belongs to."""

    message_id: int
    code: str
    payload: bytes
    is_repeat: bool


def take_in(
    raw: bytes,
    origin: Origin,
    choices: LocalChoices,
    at: datetime,
    apply: Apply = put_into_records,
    extra: Problem | None = None,
) -> Answer:
    """Store, apply and answer. extra: a reason to refuse that only the listener knows (too large).

    Raises NotPermitted when the account may not write the institution's records; database errors when nothing could be
    stored: then nothing may be acknowledged.
    """
    require_recording(origin.actor, origin.institution.pk)
    judgement = judge(raw, origin.sender, choices)
    if extra is not None:
        judgement = Judgement(judgement.header, judgement.message, judgement.codec, (extra, *judgement.problems))
    message, is_repeat = _store(raw, judgement, origin, choices, at)
    try:
        if not message.answer:
            message = apply_message(message.pk, origin.actor, origin.sender, choices, at, apply) or message
        if not message.answer:  # another worker holds it, or it waits behind an earlier message of its patient
            message = _accept(message, origin, judgement, at)
    except DatabaseError:  # it is stored: what could not be done now is done later, and the sender need not repeat it
        log.exception("HL7 v2 message %s is stored and could not be applied now", message.pk)
        _fill_in(message, judgement, at)
    payload = message.answer.encode(judgement.codec or "utf-8", "replace")
    return Answer(message.pk, message.answer_code, payload, is_repeat)


def _store(
    raw: bytes, judgement: Judgement, origin: Origin, choices: LocalChoices, at: datetime
) -> tuple[MessageLog, bool]:
    made = _row(raw, judgement, origin, choices, at)
    with scope(origin.actor, purpose=PURPOSE):
        before = _same(made)
        if before is None:
            try:
                with transaction.atomic():
                    made.save(force_insert=True)
            except IntegrityError:  # another connection stored the same message in this moment
                before = _same(made)
                if before is None:
                    raise
            else:
                note(made, MessageEvent.Kind.RECEIVED, origin.actor, at)
                if made.state == _STATES.REJECTED:
                    note(made, MessageEvent.Kind.REJECTED, origin.actor, at)
                return made, False
        MessageLog.objects.filter(pk=before.pk).update(repeats=F("repeats") + 1)
        note(before, MessageEvent.Kind.REPEATED, origin.actor, at)
        return before, True


def _row(raw: bytes, judgement: Judgement, origin: Origin, choices: LocalChoices, at: datetime) -> MessageLog:
    header = judgement.header
    good = judgement.verdict == Verdict.ACCEPTED
    digest = hashlib.sha256(raw).hexdigest()
    error = judgement.first_error
    text = "" if good else acknowledge(
        header, judgement.problems, control_id=f"R{digest[:16]}", at=at, answered_as=ANSWERED_AS
    )  # fmt: skip
    subject = judgement.translation.subject if judgement.translation else ""
    return MessageLog(
        institution=origin.institution,
        channel=origin.channel,
        sender=_cut(f"{header.first(3).text()} {header.first(4).text()}".strip() if header else "", 200),
        address=_cut(origin.address, 200),
        control_id=_cut(header.text(10) if header else "", 200),
        message_type=_cut(header.text(9, 1) if header else "", 20),
        event=_cut(header.text(9, 2) if header else "", 20),
        version=_cut(header.text(12) if header else "", 20),
        codec=judgement.codec,
        raw_sealed=sealed(raw),
        size=len(raw),
        digest=digest,
        subject=ring().index(subject, "hl7v2.subject"),
        received_at=at,
        state=_STATES.STORED if good else _STATES.REJECTED,
        next_try_at=at if good else None,
        problems=told(judgement.problems),
        error_code=error.key if error else "",
        mapping_version=choices.version,
        answer_code="" if good else answer_code(header, judgement.verdict),
        answer=text,
    )


def _accept(message: MessageLog, origin: Origin, judgement: Judgement, at: datetime) -> MessageLog:
    with scope(origin.actor, purpose=PURPOSE):
        message = MessageLog.objects.select_for_update().get(pk=message.pk)
        if not message.answer:
            _fill_in(message, judgement, at)
            message.save(update_fields=["answer_code", "answer"])
    return message


def _fill_in(message: MessageLog, judgement: Judgement, at: datetime) -> None:
    message.answer_code = answer_code(judgement.header, Verdict.ACCEPTED)
    message.answer = acknowledge(
        judgement.header, judgement.problems, control_id=f"R{message.pk}", at=at, answered_as=ANSWERED_AS
    )


def _same(made: MessageLog) -> MessageLog | None:
    return MessageLog.objects.filter(
        institution=made.institution, sender=made.sender, control_id=made.control_id, digest=made.digest
    ).first()


def _cut(text: str, places: int) -> str:
    """As much as the column holds."""
    return text[:places]
