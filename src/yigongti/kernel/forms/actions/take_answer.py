"""Take an answer that a device sends: once, whole, with its photographs, or not at all.

Sent twice, it is there once. A second, different answer to the same checklist is kept beside the first and marked as a
conflict, which a person decides (resolve_conflict.py). The order of answers is the order of arrival here; what the
device's clock said is kept and shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.limits import limit
from yigongti.kernel.access.scope import scope
from yigongti.kernel.attachments.public import ATTACHING, PICTURES, store
from yigongti.kernel.forms.actions.assign import FORMS
from yigongti.kernel.forms.arrived import URN, Arrived, attachments_in, clock_flags
from yigongti.kernel.forms.definition import FormVersion
from yigongti.kernel.forms.expressions import rounded
from yigongti.kernel.forms.fhir import response
from yigongti.kernel.forms.findings import findings
from yigongti.kernel.forms.library import version_named
from yigongti.kernel.forms.models import Answer, AnswerState, Assignment
from yigongti.kernel.forms.plain import plain
from yigongti.kernel.forms.queries import may_fill
from yigongti.kernel.forms.scopes import Evaluation
from yigongti.kernel.forms.subjects import Accepted, tell
from yigongti.kernel.forms.validation import FieldError, faults, said
from yigongti.kernel.trail.public import record

FARTHEST_SECONDS = 2**31 - 1
LARGEST_SCORE = 10**8


class Faulty(InvalidInput):
    """The answers have faults, each at its field; `faults` tells them."""

    def __init__(self, found: list[FieldError]) -> None:
        super().__init__("forms.faults", zh="有填写不符合要求的地方", en="some answers are not as they should be")
        self.faults = found


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it. already: it had been received before."""

    answer: Answer
    state: str
    already: bool = False


def take_answer(actor: Actor, arrived: Arrived, files: Mapping[str, bytes], *, at: datetime) -> Taken:
    """Keep the answer. files: the photographs by their device's id.

    Raises NotFound for a checklist that is not the actor's, Conflict for one that was cancelled, for an answer of
    another account and for an id that was used for another answer, InvalidInput for a photograph that did not arrive
    whole or is none, Faulty for answers that the form does not take. Nothing of it is kept then.
    """
    if arrived.account_id != actor.account_id:
        raise Conflict(
            "forms.other_account",
            zh="这份答卷是另一个账号填的，请用那个账号登录后发送",
            en="another account filled this; sign in with that account to send it",
        )
    with transaction.atomic():
        with scope(NOBODY, purpose=FORMS):  # two devices at once: the second waits for the first
            assignment = (
                Assignment.objects.select_for_update(of=("self",))
                .select_related("owner_institution")
                .filter(pk=arrived.assignment_id)
                .first()
            )
            known = Answer.objects.filter(client_id=arrived.client_id).first()
        if known is not None and known.account_id == actor.account_id:
            return _already(known, arrived)
        if known is not None:
            raise _same_id()
        if assignment is None or not may_fill(actor, assignment):
            raise NotFound(
                "forms.no_assignment", zh="没有这份检查表，或不由您填写", en="there is no such checklist for you"
            )
        if assignment.state == Assignment.State.CANCELLED:
            raise Conflict("forms.cancelled", zh="这份检查表已经取消", en="the checklist was cancelled")
        if (arrived.form_id, arrived.form_version) != (assignment.form_id, assignment.form_version):
            raise Conflict(
                "forms.other_version",
                zh="答卷所用的表单版本与要求的不同，请刷新后重新填写",
                en="the answer is for another version of the form; refresh and fill it again",
            )
        return _keep(actor, assignment, arrived, files, at)


def _already(known: Answer, arrived: Arrived) -> Taken:
    if known.arrived_digest != arrived.digest:
        raise _same_id()
    with scope(NOBODY, purpose=FORMS):
        last = AnswerState.objects.filter(answer=known).order_by("-id").values_list("kind", flat=True).first()
    return Taken(known, str(last), already=True)


def _same_id() -> Conflict:
    return Conflict(
        "forms.same_id",
        zh="同一编号的答卷已经收到，内容不同，请联系系统管理员",
        en="an answer with this id is there with other content; ask the system administrator",
    )


def _keep(actor: Actor, assignment: Assignment, arrived: Arrived, files: Mapping[str, bytes], at: datetime) -> Taken:
    version = version_named(assignment.form_id, assignment.form_version)
    on = timezone.localdate(at)
    found = faults(version, arrived.items, on) + _missing_photographs(version, arrived)
    if found:
        raise Faulty(found)
    _keep_photographs(actor, assignment, arrived, files, at)
    told = response(
        version, arrived.items, on=on, authored_at=at, subject=assignment.subject, identifier=str(arrived.client_id)
    )
    return keep_answer(actor, assignment, version, plain(told), arrived, at=at)


def keep_answer(
    actor: Actor, assignment: Assignment, version: FormVersion, told: dict[str, Any], arrived: Arrived, *, at: datetime
) -> Taken:
    """The rows of an answer that may be taken; the first one counts, a further one is a conflict."""
    tolerance = timedelta(minutes=limit("forms.clock_tolerance_minutes"))
    first = assignment.state == Assignment.State.OPEN
    kind = AnswerState.Kind.ACCEPTED if first else AnswerState.Kind.CONFLICT
    with scope(NOBODY, purpose=FORMS):
        made = Answer.objects.create(
            assignment_id=assignment.pk,
            client_id=arrived.client_id,
            arrived_digest=arrived.digest,
            response=told,
            score=score_of(version, told["item"]),
            account_id=actor.account_id,
            account_name=actor.display_name,
            started_at=arrived.started_at,
            finished_at=arrived.finished_at,
            received_at=at,
            clock_offset=_offset(arrived, at),
            flags=clock_flags(arrived, assignment.made_at, at, tolerance),
            position=position_of(version, told["item"]),
        )
        AnswerState.objects.create(answer=made, kind=kind, happened_at=at, account_id=actor.account_id)
        if first:
            assignment.state, assignment.answer, assignment.closed_at = Assignment.State.ANSWERED, made, at
        else:
            assignment.has_conflict = True
        assignment.save(update_fields=["state", "answer", "closed_at", "has_conflict"])
    record(
        actor, "forms.answered", subject=f"Assignment/{assignment.pk}", at=at,
        institution_id=assignment.owner_institution_id, detail={"answer": str(made.client_id), "state": str(kind)},
    )  # fmt: skip
    if first:
        tell(actor, accepted(assignment, made, version), at)
    return Taken(made, str(kind))


def accepted(assignment: Assignment, answer: Answer, version: FormVersion, replaces: int | None = None) -> Accepted:
    """The answer as it is told to the system of the subject."""
    on = timezone.localdate(answer.received_at)
    return Accepted(
        subject=assignment.subject,
        assignment_id=assignment.pk,
        institution_id=assignment.institution_id,
        form_id=assignment.form_id,
        form_version=assignment.form_version,
        answer_id=answer.pk,
        response=answer.response,
        score=answer.score,
        findings=tuple(findings(version, answer.response["item"], on)),
        account_id=answer.account_id,
        finished_at=answer.finished_at,
        received_at=answer.received_at,
        position=answer.position,
        replaces=replaces,
    )


def score_of(version: FormVersion, items: list[Any]) -> Decimal | None:
    """The form's score of a response that was taken; None for a form without one, or when it is not there."""
    item = version.by_id.get(version.score)
    if item is None:
        return None
    evaluation = Evaluation(version, items, version.from_on)
    found = [evaluation.number_of(filled) for filled in evaluation.every() if filled.item.id == item.id]
    score = rounded(found[0], item.decimals) if found and found[0] is not None else None
    return score if score is not None and abs(score) < LARGEST_SCORE else None


def position_of(version: FormVersion, items: list[Any]) -> str:
    """The first position of the response, or ""."""
    evaluation = Evaluation(version, items, version.from_on)
    places = [filled for filled in evaluation.every() if filled.item.type == "position"]
    return next((str(value) for filled in places for value in evaluation.values_of(filled)), "")


def _offset(arrived: Arrived, at: datetime) -> int | None:
    seconds = round((arrived.sent_at - at).total_seconds()) if arrived.sent_at else None
    return None if seconds is None else max(-FARTHEST_SECONDS, min(seconds, FARTHEST_SECONDS))


def _missing_photographs(version: FormVersion, arrived: Arrived) -> list[FieldError]:
    sent = {f"{URN}{photograph.id}" for photograph in arrived.photographs}
    found = []
    for filled in Evaluation(version, arrived.items, version.from_on).every():
        if filled.item.type == "attachment":
            urls = [(answer.get("valueAttachment") or {}).get("url") for answer in filled.answers]
            if any(url not in sent for url in urls):
                found.append(FieldError(filled.path, "photograph", said("photograph")))
    return found


def _keep_photographs(
    actor: Actor, assignment: Assignment, arrived: Arrived, files: Mapping[str, bytes], at: datetime
) -> None:
    """Keep the photographs and put their addresses into the answers, which are the caller's to change."""
    if len(arrived.photographs) > limit("forms.photographs_per_answer"):
        raise InvalidInput("forms.too_many_photographs", zh="照片过多", en="there are too many photographs")
    other = assignment.institution_id if assignment.institution_id != assignment.owner_institution_id else None
    named = list(attachments_in(arrived.items))
    for photograph in arrived.photographs:
        data = files.get(str(photograph.id), b"")
        if hashlib.sha256(data).hexdigest() != photograph.digest:
            raise InvalidInput(
                "forms.photograph_incomplete",
                zh="照片没有完整送到，手机会自动重发",
                en="a photograph did not arrive whole; the telephone will send it again",
            )
        with scope(actor, purpose=ATTACHING):  # a checklist in somebody's name may be of another place
            kept = store(
                actor, data, name=photograph.name, subject=f"forms.Answer/{arrived.client_id}",
                institution_id=assignment.owner_institution_id, other_institution_id=other, at=at, kinds=PICTURES,
            )  # fmt: skip
        for told in named:
            if told.get("url") == f"{URN}{photograph.id}":
                told.clear()
                told |= {
                    "id": str(photograph.id), "contentType": kept.media_type, "size": kept.size,
                    "url": f"/attachments/{kept.pk}", "title": kept.name,
                }  # fmt: skip
