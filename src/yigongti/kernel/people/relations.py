"""Why an actor may see a resident's record, and until when: the row rules of row_rules.py told in words.

The database decides; this says for which reason, so that a page can show it beside the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from yigongti.kernel.access.actor import Actor, Ranges
from yigongti.kernel.people.models import FOREVER, Care, Opening


@dataclass(frozen=True, slots=True)
class Relation:
    """kind: "self", a kind of Care, or a kind of Opening. until: last day of care, or the instant an opening ends; None
    without an end. by_team: through the actor's team. institution_id: None for the resident."""

    kind: str
    until: date | datetime | None = None
    institution_id: int | None = None
    by_team: bool = False
    reason: str = ""


def live_care(today: date) -> Q:
    """The condition on Care that it holds today."""
    return Q(ended_at__isnull=True, valid_from__lte=today, valid_to__gte=today)


def live_opening(at: datetime) -> Q:
    """The condition on Opening that it holds now."""
    return Q(closed_at__isnull=True, started_at__lte=at, ends_at__gt=at)


def within(ranges: Ranges, column: str = "institution_id") -> Q:
    """The condition that a column of numbers lies in ranges of them."""
    found = Q(pk__in=[])
    for first, end in ranges:
        found |= Q(**{f"{column}__gte": first, f"{column}__lt": end})
    return found


def record_care(actor: Actor, today: date, span: str = "caring") -> Q:
    """The condition on Care that lets the actor see: live, at an institution of the span, or of the actor's team."""
    here = Q(team__isnull=True) & within(actor.spans.get(span, ()))
    return live_care(today) & (here | within(actor.teams, "team_id"))


def relation_of(actor: Actor, resident_id: int, *, at: datetime) -> Relation | None:
    """The strongest reason for which the actor may see the record, or None; inside the actor's scope.

    Care that lasts longest comes before an opening.
    """
    if actor.resident_id and actor.resident_id == resident_id:
        return Relation("self")
    here = Care.objects.filter(record_care(actor, timezone.localdate(at)), resident_id=resident_id)
    care = here.order_by("-valid_to", "id").first()
    if care is not None:
        until = None if care.valid_to == FOREVER else care.valid_to
        return Relation(care.kind, until, care.institution_id, by_team=care.team_id is not None)
    if not actor.account_id:
        return None
    mine = Opening.objects.filter(live_opening(at), account_id=actor.account_id, resident_id=resident_id)
    opening = mine.order_by("-ends_at").first()
    if opening is None:
        return None
    return Relation(opening.kind, opening.ends_at, opening.institution_id, reason=opening.reason)
