"""Care relations as they are made, prolonged and ended; to be called in the scope of an action that has asked whether
the actor may."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.people.limits import limit
from yigongti.kernel.people.models import FOREVER, Care

KEEPERS = frozenset({Institution.Kind.VILLAGE_CLINIC.value, Institution.Kind.TOWNSHIP_HOSPITAL.value})
"""Kinds of institution that keep residents for good; a hospital cares for somebody who registers for some days."""


def last_day_of_registration(institution_id: int, today: date) -> date:
    """Until when an institution cares for somebody who registers there today."""
    kind = Institution.objects.values_list("kind", flat=True).get(pk=institution_id)
    return FOREVER if kind in KEEPERS else today + timedelta(days=limit("records.registration_days", today))


def cared_for(
    actor: Actor,
    resident_id: int,
    institution_id: int,
    today: date,
    at: datetime,
    *,
    team_id: int | None = None,
    source: str = "",
    until: date | None = None,
) -> Care:
    """The live registration at the institution, prolonged if it ends sooner, or a new one (scope "registering").

    until: the last day; None: `last_day_of_registration`.
    """
    until = until or last_day_of_registration(institution_id, today)
    live = Care.objects.select_for_update().filter(
        resident_id=resident_id,
        institution_id=institution_id,
        team_id=team_id,
        kind=Care.Kind.REGISTRATION,
        ended_at__isnull=True,
        valid_to__gte=today,
    )
    found = live.order_by("-valid_to").first()
    if found is not None:
        if found.valid_to < until:
            Care.objects.filter(pk=found.pk).update(valid_to=until)
            found.valid_to = until
        return found
    return Care.objects.create(
        resident_id=resident_id,
        institution_id=institution_id,
        team_id=team_id,
        kind=Care.Kind.REGISTRATION,
        valid_from=today,
        valid_to=until,
        source="" if source and _source_taken(resident_id, institution_id, source) else source,
        made_at=at,
        made_by_id=actor.account_id,
    )


def _source_taken(resident_id: int, institution_id: int, source: str) -> bool:
    same = Care.objects.filter(resident_id=resident_id, institution_id=institution_id, source=source)
    return same.filter(kind=Care.Kind.REGISTRATION).exists()


def end_now(care: Care, at: datetime) -> None:
    """The relation holds no longer from this instant; its last day is today, or its first if that is later."""
    last = max(care.valid_from, min(care.valid_to, timezone.localdate(at)))
    care.ended_at, care.valid_to = at, last
    Care.objects.filter(pk=care.pk).update(ended_at=at, valid_to=last)
