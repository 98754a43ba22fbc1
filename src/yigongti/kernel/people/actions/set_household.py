"""Say with whom a resident lives: the household of an institution, made if it is new, and the place in it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.models import Household, Resident
from yigongti.kernel.people.standing import standing
from yigongti.kernel.trail.public import record

PERMISSION = "people.register"


def set_household(
    actor: Actor,
    institution_id: int,
    public_id: UUID | str,
    code: str,
    *,
    relation_to_head: str = "",
    address: str = "",
    village_code: str = "",
    at: datetime,
) -> Household | None:
    """The household; an empty code takes the resident out of any. relation_to_head: GB/T 4761, first place.

    Raises NotPermitted, NotFound, InvalidInput for a code that is too long.
    """
    actor.require(PERMISSION, institution_id)
    code = code.strip()
    if len(code) > 32 or len(relation_to_head) > 2:
        raise InvalidInput("people.household_code", zh="户编号最长 32 位", en="at most 32 places", where="household")
    with scope(actor):
        resident = standing(public_id)
    with scope(actor, purpose="registering"):
        household = None
        if code:
            household, _made = Household.objects.get_or_create(
                institution_id=institution_id,
                code=code,
                defaults={
                    "address": address or resident.address,
                    "village_code": village_code or resident.village_code,
                },
            )
        Resident.objects.filter(pk=resident.pk).update(household=household, relation_to_head=relation_to_head)
        subject, detail = str(resident.public_id), {"household": household.pk if household else None}
        record(actor, "people.household", subject=subject, at=at, institution_id=institution_id, detail=detail)
    return household
