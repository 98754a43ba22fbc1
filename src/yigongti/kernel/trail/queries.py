"""Reads of the trail: who looked at a resident's record."""

from __future__ import annotations

from django.db import connections
from django.db.models import QuerySet

from yigongti.kernel.trail.models import View


def same_person(resident_id: int, *, using: str = "default") -> list[int]:
    """The numbers of the registration and of all that were merged into it."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT public.trail_same_person(%s)", [resident_id])
        return list(cursor.fetchone()[0])


def views_of(resident_id: int) -> QuerySet[View]:
    """Who looked at the resident's record, from which institution, when, what and why; newest first.

    Also of registrations merged into this one. Inside a scope: the resident reads all of them, those who guard
    (trail.see_views) the views from their institutions, everybody else only the own ones.
    """
    return View.objects.filter(resident_id__in=same_person(resident_id)).select_related("institution")
