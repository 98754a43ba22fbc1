"""Which registration stands for a person: merged ones lead to the one that they were merged into.

To be called inside a scope that shows the registration.
"""

from __future__ import annotations

from uuid import UUID

from yigongti.foundation.errors import NotFound
from yigongti.kernel.people.models import Resident

_LONGEST_CHAIN = 100


def standing(public_id: UUID | str) -> Resident:
    """The active registration behind a public number. Raises NotFound, also when it is not the actor's to see."""
    try:
        wanted = UUID(str(public_id))
    except ValueError:
        raise no_resident() from None
    found = Resident.objects.filter(public_id=wanted).first()
    if found is None:
        raise no_resident()
    return active_of(found)


def standing_by_id(resident_id: int) -> Resident:
    """The same behind a row's number."""
    found = Resident.objects.filter(pk=resident_id).first()
    if found is None:
        raise no_resident()
    return active_of(found)


def active_of(found: Resident) -> Resident:
    """The registration that stands for this one today: itself, or where its merges end."""
    for _step in range(_LONGEST_CHAIN):
        if found.merged_into_id is None:
            return found
        following = Resident.objects.filter(pk=found.merged_into_id).first()
        if following is None:
            raise no_resident()
        found = following
    raise no_resident()


def registrations_of(resident_id: int) -> list[int]:
    """The resident and every registration merged into it, directly or through others: what once carried its rows."""
    found, front = [resident_id], [resident_id]
    while front:
        front = list(Resident.objects.filter(merged_into_id__in=front).values_list("pk", flat=True))
        found += front
    return found


def no_resident() -> NotFound:
    """There is none, or it is not the actor's to see."""
    return NotFound("people.no_resident", zh="没有查到这位居民", en="there is no such resident")
