"""Reads of checklists and answers: one's own work, the answers about a subject, who may see a photograph."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.attachments.models import Attachment
from yigongti.kernel.forms.models import Answer, Assignment


def may_fill(actor: Actor, assignment: Assignment) -> bool:
    """Whether the checklist is the actor's to fill: by name, or by the permission at the place that fills it."""
    if assignment.account_id:
        return assignment.account_id == actor.account_id
    return actor.may(assignment.permission, assignment.owner_institution_id)


def own_work(actor: Actor) -> QuerySet[Assignment]:
    """What the actor is to fill, the soonest due first; other checklists that the scope shows are left out."""
    anybodys = Q(pk__in=[])
    for permission in sorted(actor.permissions):
        for post in actor.posts:
            if permission in post.role.permissions:
                for first, end in post.reach:
                    anybodys |= Q(permission=permission, owner_institution_id__gte=first, owner_institution_id__lt=end)
    mine = Q(account_id=actor.account_id) | (Q(account_id=0) & anybodys)
    work = Assignment.objects.filter(mine, state=Assignment.State.OPEN)
    return work.select_related("institution").order_by("due_on", "id")


def answers_of(subject: str) -> list[Answer]:
    """Every answer to checklists about the subject, in the order of arrival, as far as the caller's scope shows them.
    The one that counts is `answer.assignment.answer`."""
    return list(Answer.objects.filter(assignment__subject=subject).select_related("assignment").order_by("id"))


def may_read_photograph(actor: Actor, attachment: Attachment) -> bool:
    """Whoever sees the answer sees its photographs: row security has decided."""
    client_id = attachment.subject.partition("/")[2]
    return Answer.objects.filter(client_id=client_id).exists()
