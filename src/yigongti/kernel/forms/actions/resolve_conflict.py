"""Decide between answers to one checklist: choose one, or put one together field by field.

Nothing is lost: the answers that are set aside stay, with who decided, when and why.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.forms.actions.assign import FORMS
from yigongti.kernel.forms.actions.take_answer import Faulty, accepted, position_of, score_of
from yigongti.kernel.forms.fhir import response
from yigongti.kernel.forms.library import version_named
from yigongti.kernel.forms.models import Answer, AnswerState, Assignment, Merged
from yigongti.kernel.forms.plain import plain
from yigongti.kernel.forms.queries import may_fill
from yigongti.kernel.forms.showing import merged_items
from yigongti.kernel.forms.subjects import tell
from yigongti.kernel.forms.validation import faults
from yigongti.kernel.trail.public import record


def resolve_conflict(
    actor: Actor, assignment_id: int, answer_id: int, choices: Mapping[str, int], *, reason: str, at: datetime
) -> Answer:
    """The answer that counts from now on. answer_id: the one that is chosen; choices: path of a field → the answer from
    which it is taken instead; with any, a new answer is put together.

    Raises NotFound for a checklist or answer that is not the actor's, Conflict when it was decided meanwhile,
    InvalidInput without a reason, Faulty when what is put together is not as the form asks.
    """
    if not reason.strip():
        raise InvalidInput("forms.reason", zh="请写明取舍的理由", en="say why")
    with transaction.atomic():
        with scope(NOBODY, purpose=FORMS):
            assignment = Assignment.objects.select_for_update(of=("self",)).filter(pk=assignment_id).first()
        if assignment is None or not may_fill(actor, assignment):
            raise NotFound(
                "forms.no_assignment", zh="没有这份检查表，或不由您处理", en="there is no such checklist for you"
            )
        if not assignment.has_conflict:
            raise Conflict("forms.no_conflict", zh="这份检查表没有待处理的冲突", en="there is no conflict to decide")
        with scope(NOBODY, purpose=FORMS):
            known = {answer.pk: answer for answer in Answer.objects.filter(assignment=assignment)}
        if not {answer_id, *choices.values()} <= set(known):
            raise NotFound("forms.no_answer", zh="没有这份答卷", en="there is no such answer")
        taken = {path: number for path, number in choices.items() if number != answer_id}
        chosen = _put_together(actor, assignment, known, answer_id, taken, at) if taken else known[answer_id]
        _decided(actor, assignment, known, chosen, reason.strip()[:300], at)
    return chosen


def _put_together(
    actor: Actor, assignment: Assignment, known: dict[int, Answer], first: int, choices: Mapping[str, int], at: datetime
) -> Answer:
    version, on = version_named(assignment.form_id, assignment.form_version), timezone.localdate(at)
    told = {number: answer.response["item"] for number, answer in known.items()}
    items = merged_items(version, told, first, choices)
    found = faults(version, items, on)
    if found:
        raise Faulty(found)
    client_id = uuid4()
    whole = plain(
        response(version, items, on=on, authored_at=at, subject=assignment.subject, identifier=str(client_id))
    )
    sources = sorted({first, *choices.values()})
    with scope(NOBODY, purpose=FORMS):
        made = Answer.objects.create(
            assignment=assignment,
            client_id=client_id,
            arrived_digest=hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest(),
            response=whole,
            score=score_of(version, whole["item"]),
            account_id=actor.account_id,
            account_name=actor.display_name,
            started_at=min((a.started_at for a in known.values() if a.started_at), default=None),
            finished_at=known[first].finished_at,
            received_at=at,
            position=position_of(version, whole["item"]),
        )
        Merged.objects.bulk_create([Merged(answer=made, source_id=number) for number in sources])
    return made


def _decided(
    actor: Actor, assignment: Assignment, known: dict[int, Answer], chosen: Answer, reason: str, at: datetime
) -> None:
    before, kinds = assignment.answer_id, AnswerState.Kind
    with scope(NOBODY, purpose=FORMS):
        AnswerState.objects.bulk_create(
            [
                AnswerState(
                    answer=answer,
                    kind=kinds.CHOSEN if answer.pk == chosen.pk else kinds.SUPERSEDED,
                    happened_at=at,
                    account_id=actor.account_id,
                    reason=reason,
                )
                for answer in (known | {chosen.pk: chosen}).values()
            ]
        )
        assignment.answer, assignment.has_conflict = chosen, False
        assignment.save(update_fields=["answer", "has_conflict"])
    record(
        actor, "forms.conflict_resolved", subject=f"Assignment/{assignment.pk}", at=at,
        institution_id=assignment.owner_institution_id, detail={"answer": str(chosen.client_id), "why": reason},
    )  # fmt: skip
    if chosen.pk != before:
        version = version_named(assignment.form_id, assignment.form_version)
        tell(actor, accepted(assignment, chosen, version, replaces=before), at)
