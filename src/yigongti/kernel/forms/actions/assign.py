"""Hand a checklist to whoever is to fill it; take it back."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from yigongti.foundation.errors import Conflict, InvalidInput, Text
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.roles import PERMISSIONS
from yigongti.kernel.access.scope import scope
from yigongti.kernel.forms.library import form_on
from yigongti.kernel.forms.models import Assignment
from yigongti.kernel.trail.public import record

FORMS = "forms"
"""The purpose of the scope in which checklists and answers are written."""


def assign(
    actor: Actor | None,
    form_id: str,
    *,
    on: date,
    subject: str,
    title: Text,
    institution_id: int,
    owner_institution_id: int,
    at: datetime,
    account_id: int = 0,
    due_on: date | None = None,
    permission: str = "forms.fill",
    key: str = "",
) -> Assignment:
    """A checklist in the version in force on `on`, in the caller's transaction; whether the actor may ask for it is the
    calling system's own question. actor None: the system itself.

    key: the caller's own name of it (default: subject and form); a key that is there already answers the assignment
    that has it, unchanged. Raises NotFound or PolicyError for a form that is not in force, InvalidInput for a bad
    subject.
    """
    if not subject.partition("/")[2] or len(subject) > 100 or permission not in PERMISSIONS:
        raise InvalidInput(
            "forms.subject", zh="检查表的事由写法不对", en="the subject of the checklist is not well formed"
        )
    version = form_on(form_id, on)
    with scope(NOBODY, purpose=FORMS):
        made, is_new = Assignment.objects.get_or_create(
            key=key or f"{subject}:{form_id}",
            defaults={
                "form_id": form_id,
                "form_version": version.name,
                "subject": subject,
                "subject_kind": subject.partition("/")[0],
                "title_zh": title.zh[:200],
                "title_en": title.en[:200],
                "institution_id": institution_id,
                "owner_institution_id": owner_institution_id,
                "account_id": account_id,
                "permission": permission,
                "due_on": due_on,
                "made_by": actor.account_id if actor else 0,
                "made_at": at,
            },
        )
    if is_new and actor:
        record(
            actor, "forms.assigned", subject=f"Assignment/{made.pk}", at=at, institution_id=owner_institution_id,
            detail={"form": form_id, "about": subject, "account": account_id},
        )  # fmt: skip
    return made


def cancel_assignment(actor: Actor | None, assignment_id: int, *, why: str, at: datetime) -> Assignment:
    """Nobody needs to fill it any more; harmless when repeated. Raises Conflict when it is answered already."""
    with transaction.atomic():
        with scope(NOBODY, purpose=FORMS):
            found = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment_id)
            if found.state == Assignment.State.ANSWERED:
                raise Conflict("forms.answered_already", zh="这份检查表已经填好", en="the checklist is filled already")
            if found.state == Assignment.State.CANCELLED:
                return found
            found.state, found.closed_at, found.closed_why = Assignment.State.CANCELLED, at, why[:200]
            found.save(update_fields=["state", "closed_at", "closed_why"])
        if actor:
            record(
                actor, "forms.cancelled", subject=f"Assignment/{found.pk}", at=at,
                institution_id=found.owner_institution_id, detail={"why": why},
            )  # fmt: skip
    return found


def show_to_institution(actor: Actor | None, assignment_id: int, *, at: datetime) -> None:
    """From now on the place that the checklist concerns may read the answer and open its photographs: to be called when
    what was found is told to it (an order to correct), not before. Harmless when repeated."""
    with scope(NOBODY, purpose=FORMS):
        Assignment.objects.filter(pk=assignment_id, shown_at__isnull=True).update(shown_at=at)
    if actor:
        record(actor, "forms.shown", subject=f"Assignment/{assignment_id}", at=at)
