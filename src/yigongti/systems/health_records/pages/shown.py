"""Who a resident is, as far as the actor may read it: on lists and on pages of one person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.groups import groups
from yigongti.kernel.people.masking import Identity, identities, identity, masked_number
from yigongti.kernel.people.models import Care, Opening, Resident
from yigongti.kernel.people.queries import Relation, by_public_id, relation_of
from yigongti.kernel.presentation.tables.column import Row
from yigongti.kernel.trail.public import viewed
from yigongti.systems.health_records import queries
from yigongti.systems.health_records.person.sentence import age_in_words, age_on


@dataclass(frozen=True)
class Opened:
    """A person's page opened by somebody. why: the reason in words; sees_record: whether more than the registration."""

    resident: Resident
    identity: Identity
    relation: Relation | None
    why: str
    at: datetime
    sees_record: bool

    @property
    def today(self) -> date:
        return timezone.localdate(self.at)

    @property
    def sex(self) -> str:
        return str(Resident.Sex(self.resident.sex).label)

    @property
    def age(self) -> str:
        return age_in_words(self.resident.birth_date, self.today)

    @property
    def years(self) -> int | None:
        return age_on(self.resident.birth_date, self.today)

    @property
    def number_on_paper(self) -> str:
        """Paper is left lying about: the number is masked on it whoever prints."""
        return self.identity.number if self.identity.masked else masked_number(self.identity.number)

    @property
    def is_emergency(self) -> bool:
        return self.relation is not None and self.relation.kind == Opening.Kind.EMERGENCY

    @property
    def is_for_matter(self) -> bool:
        return self.relation is not None and self.relation.kind == Opening.Kind.MATTER


def opened(request: HttpRequest, public_id: UUID, what: str) -> Opened:
    """The person of an address for the actor, with a line in the log of views. Raises NotFound, also where the person
    is not the actor's to see. what: kinds of facts, as
    kernel/trail/view_words.py knows them ("page: record", "page: Observation")."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    resident = _standing(actor, public_id)
    relation = relation_of(actor, resident.pk, at=now)
    sees_record = relation is not None or actor.may("records.see_public_health")
    why = why_in_words(actor, relation)
    what = what if sees_record else "page: Patient"
    viewed(actor, resident.pk, what=what, why=_code_of(actor, relation), at=now)
    return Opened(resident, identity(actor, resident, at=now), relation, why, now, sees_record)


def _standing(actor: Actor, public_id: UUID) -> Resident:
    """The registration of an address, or the one into which it was merged: the merged one itself is in nobody's care
    any more, so that where it leads is asked apart, and whether that is the actor's to see is asked as always."""
    try:
        return by_public_id(public_id)
    except NotFound:
        with scope(actor, purpose="matching"):
            leads_to = by_public_id(public_id).public_id
        if leads_to == public_id:
            raise
        return by_public_id(leads_to)


def opened_record(request: HttpRequest, public_id: UUID, what: str) -> Opened:
    """The same for pages that show parts of the record: NotFound for those who see the registration alone."""
    found = opened(request, public_id, what)
    if not found.sees_record:
        raise NotFound(
            "health_records.record_not_yours",
            zh="您的岗位或机构不能查看这份健康档案",
            en="this record is not yours to see",
        )
    return found


def _code_of(actor: Actor, relation: Relation | None) -> str:
    """The reason in the words of kernel/trail/view_words.py."""
    if relation is not None:
        return relation.kind
    return "public_health" if actor.may("records.see_public_health") else "registration"


def why_in_words(actor: Actor, relation: Relation | None) -> str:
    """Why the actor may see this, and until when."""
    if relation is None:
        if actor.may("records.see_public_health"):
            return _("You look after public health in the county: you see public-health facts, no other record.")
        return _("You see the registration, not the record.")
    if relation.kind == "self":
        return _("This is your own record.")
    kinds: dict[str, Any] = {**dict(Care.Kind.choices), **dict(Opening.Kind.choices)}
    place = queries.institution_names([relation.institution_id] if relation.institution_id else [])
    told = _("%(kind)s: %(institution)s") % {
        "kind": kinds.get(relation.kind, relation.kind),
        "institution": "、".join(place.values()),
    }
    if relation.by_team:
        told += _(" (your team)")
    if isinstance(relation.until, datetime):
        told += _(", until %(until)s") % {"until": f"{timezone.localtime(relation.until):%Y-%m-%d %H:%M}"}
    elif relation.until is not None:
        told += _(", until %(until)s") % {"until": relation.until.isoformat()}
    return told + (f" · {relation.reason}" if relation.reason else "")


def completed(actor: Actor, at: datetime) -> Callable[[list[Row]], list[Row]]:
    """For tables of residents: adds to each row what the actor may see of the identity, and the age."""
    today = timezone.localdate(at)

    def complete(rows: list[Row]) -> list[Row]:
        residents = Resident.objects.in_bulk([row["id"] for row in rows])
        shown = identities(actor, residents.values(), at=at)
        return [
            {
                **row,
                "name": shown[row["id"]].name,
                "number": shown[row["id"]].number,
                "phone": shown[row["id"]].phone,
                "address": shown[row["id"]].address,
                "age": age_on(row["birth_date"], today),
            }
            for row in rows
            if row["id"] in shown
        ]

    return complete


def group_names(resident: Resident, today: date) -> list[str]:
    """The groups that the resident belongs to today, in words."""
    language = get_language() or "zh-hans"
    known = groups()
    live = [row for row in resident.groups.all() if row.valid_from <= today and (row.valid_to or today) >= today]
    return [known[row.group].name.in_language(language) if row.group in known else row.group for row in live]
