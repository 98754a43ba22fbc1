"""Finding institutions and departments by a part of their name or code."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from yigongti.kernel.access.actor import Actor, covers
from yigongti.kernel.organisations.models import Department, Institution


@dataclass(frozen=True, slots=True)
class Found:
    """Institutions and departments that the actor may open."""

    institutions: list[Institution]
    departments: list[Department]


def found_by_name(text: str, actor: Actor) -> Found:
    """Everything of the actor's institutions whose name or code holds the text; an empty text finds nothing."""
    if not text:
        return Found([], [])
    named = Q(name__icontains=text) | Q(name_en__icontains=text) | Q(code__startswith=text)
    institutions = Institution.objects.filter(named | Q(short_name__icontains=text))
    departments = Department.objects.filter(named).select_related("institution")
    return Found(
        [i for i in institutions if covers(actor.readable, i.pk)],
        [d for d in departments if covers(actor.readable, d.institution_id)],
    )
