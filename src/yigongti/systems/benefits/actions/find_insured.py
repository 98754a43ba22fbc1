"""Find who stands at the counter: by insured number or identity number exactly, by name only among those who are known
at this counter already. Each look is noted in the trail of whose data was looked at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.models import Resident
from yigongti.kernel.people.public import by_number
from yigongti.kernel.trail.public import viewed_many
from yigongti.systems.benefits.models import Admission, Enrolment, Settlement
from yigongti.systems.benefits.protection import SETTLING

PERMISSION = "benefits.settle"
MOST = 20


def find_insured(actor: Actor, text: str, *, at: datetime) -> list[Enrolment]:
    """The enrolments in force or latest of those found, one for each person; empty for nothing found.

    Raises NotPermitted. The register of the insured is never listed: a number is found whole, a name among residents
    whom the actor sees and those settled or admitted here before.
    """
    actor.require(PERMISSION)
    told = text.strip()
    if not told or len(told) > 64:
        return []
    found = _by_number(actor, told) or _latest(actor, _known_by_name(actor, told))
    viewed_many(
        actor, [row.resident_id for row in found], what="page: counter", why="at the counter", at=at,
        institution_id=next(p.institution_id for p in actor.posts if PERMISSION in p.role.permissions),
    )  # fmt: skip
    return found


def _by_number(actor: Actor, told: str) -> list[Enrolment]:
    with scope(actor, purpose=SETTLING):
        rows = list(Enrolment.objects.filter(insured_number=told).order_by("-valid_to")[:1])
    if rows:
        return rows
    with scope(actor, purpose="matching"):  # only whether somebody has this number, and who
        resident = by_number(told)
    return _latest(actor, [resident.pk] if resident else [])


def _known_by_name(actor: Actor, name: str) -> list[int]:
    """Residents of this name whom the actor sees, and those who were settled or admitted here."""
    own = [post.institution_id for post in actor.posts if PERMISSION in post.role.permissions]
    seen = Resident.objects.filter(name=name, state=Resident.State.ACTIVE).values_list("pk", flat=True)[:MOST]
    here = [model.objects.filter(institution_id__in=own, name=name) for model in (Settlement, Admission)]
    known = [pk for rows in here for pk in rows.order_by("-pk").values_list("resident_id", flat=True)[:MOST]]
    return sorted({*seen, *known})[:MOST]


def _latest(actor: Actor, resident_ids: Iterable[int]) -> list[Enrolment]:
    """One enrolment for each: that of today, else the latest."""
    today = timezone.localdate()
    with scope(actor, purpose=SETTLING):
        rows = list(Enrolment.objects.filter(resident_id__in=list(resident_ids)).order_by("resident_id", "-valid_to"))
    chosen: dict[int, Enrolment] = {}
    for row in rows:
        in_force = row.valid_from <= today <= row.valid_to
        if row.resident_id not in chosen or in_force:
            chosen[row.resident_id] = row
    return list(chosen.values())
