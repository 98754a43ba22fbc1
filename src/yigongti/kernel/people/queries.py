"""Finding residents: one by a number exactly, or the panel of those in the actor's care. To be called inside the
actor's scope: the database shows no other residents than the actor's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.people.details import RESIDENT_NUMBER, number_index
from yigongti.kernel.people.models import Care, Identifier, Opening, Resident
from yigongti.kernel.people.relations import Relation, live_opening, record_care, relation_of, within
from yigongti.kernel.people.spelling import tidy_number
from yigongti.kernel.people.standing import active_of, registrations_of, standing, standing_by_id

__all__ = [
    "Panel",
    "Relation",
    "by_identifier",
    "by_insured_number",
    "by_number",
    "by_public_id",
    "care_of",
    "openings_of",
    "panel",
    "registrations_of",
    "relation_of",
    "standing_by_id",
]


def by_public_id(public_id: UUID | str) -> Resident:
    """The resident, or the one into which the registration was merged. Raises NotFound."""
    return standing(public_id)


def by_number(number: str, kind: str = RESIDENT_NUMBER) -> Resident | None:
    """The resident with this document's number, through the blind index."""
    index = number_index(tidy_number(number), kind)
    return _first(Resident.objects.filter(number_index=index)) if index else None


def by_identifier(institution_id: int, kind: str, value: str) -> Resident | None:
    """The resident whom an institution calls so; kind: of `Identifier.Kind`."""
    row = Identifier.objects.filter(institution_id=institution_id, kind=kind, value=value).first()
    if row is None:
        return None
    try:
        return standing_by_id(row.resident_id)
    except NotFound:
        return None


def by_insured_number(value: str) -> Resident | None:
    """The resident with this insured number."""
    told = tidy_number(value)
    return _first(Resident.objects.filter(insured_number=told)) if told else None


def _first(rows: QuerySet[Resident]) -> Resident | None:
    """The active registration if there is one, else where the merged one leads."""
    found = rows.order_by("state", "id").first()  # "active" before "merged"
    return active_of(found) if found else None


@dataclass(frozen=True, slots=True)
class Panel:
    """One page of a panel. next_after: the key of the next page, None on the last."""

    residents: list[Resident]
    next_after: int | None


def panel(
    actor: Actor,
    *,
    at: datetime,
    span: str = "caring",
    institution_id: int | None = None,
    village_code: str = "",
    after: int = 0,
    limit: int = 50,
) -> Panel:
    """The residents in the care of the actor's institutions and teams, by row number, those after `after`.

    span: for whose reason ("caring": who reads records there; "registering"; "public_health"). institution_id: only in
    the care of that institution.
    """
    ids = _in_care(actor, timezone.localdate(at), span, institution_id).filter(resident_id__gt=after)
    if village_code:
        ids = ids.filter(resident__village_code=village_code)
    wanted = list(ids.order_by("resident_id").values_list("resident_id", flat=True).distinct()[: limit + 1])
    rows = {row.pk: row for row in Resident.objects.filter(pk__in=wanted[:limit])}
    return Panel([rows[pk] for pk in wanted[:limit] if pk in rows], wanted[limit - 1] if len(wanted) > limit else None)


def panel_size(
    actor: Actor, *, at: datetime, span: str = "caring", institution_id: int | None = None, village_code: str = ""
) -> int:
    """How many residents the whole panel holds."""
    ids = _in_care(actor, timezone.localdate(at), span, institution_id)
    if village_code:
        ids = ids.filter(resident__village_code=village_code)
    return ids.values("resident_id").distinct().count()


def _in_care(actor: Actor, today: date, span: str, institution_id: int | None) -> QuerySet[Care]:
    rows = Care.objects.filter(record_care(actor, today, span))
    return rows.filter(institution_id=institution_id) if institution_id is not None else rows


def care_of(resident_id: int, *, live_on: date | None = None) -> list[Care]:
    """The care relations of a resident that the actor may see, the latest first; those of one day, if asked."""
    rows = Care.objects.filter(resident_id=resident_id).select_related("institution", "team")
    if live_on is not None:
        rows = rows.filter(ended_at__isnull=True, valid_from__lte=live_on, valid_to__gte=live_on)
    return list(rows.order_by("-valid_from", "-id"))


def openings_of(resident_id: int, *, live_at: datetime | None = None) -> list[Opening]:
    """The openings of a resident's record that the actor may see, the latest first."""
    rows = Opening.objects.filter(resident_id=resident_id).select_related("institution")
    return list((rows.filter(live_opening(live_at)) if live_at else rows).order_by("-started_at", "-id"))


def openings_at(actor: Actor, *, live_at: datetime | None = None) -> QuerySet[Opening]:
    """The openings at institutions that the actor guards (trail.see_views), the latest first."""
    reach = tuple(span for post in actor.posts if "trail.see_views" in post.role.permissions for span in post.reach)
    rows = Opening.objects.filter(within(reach)).select_related("institution", "resident")
    return (rows.filter(live_opening(live_at)) if live_at else rows).order_by("-started_at", "-id")
