"""End a registration, so that the institution no longer cares for the resident.

A contract, a referral or a stay is ended by what made it, a consent by the resident.
"""

from __future__ import annotations

from datetime import datetime

from yigongti.foundation.errors import InvalidInput, NotFound
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.caring import end_now
from yigongti.kernel.people.models import Care
from yigongti.kernel.trail.public import record

PERMISSIONS = ("people.let_in", "people.register")


def end_care(actor: Actor, care_id: int, *, reason: str, at: datetime) -> Care:
    """The relation, ended from this instant. Raises NotFound, InvalidInput for another kind."""
    with scope(actor, purpose="registering"):
        care = Care.objects.select_for_update().filter(pk=care_id).first()
        if care is None or not any(actor.may(permission, care.institution_id) for permission in PERMISSIONS):
            raise NotFound("people.no_care", zh="没有这条照管关系", en="there is no such care relation")
        if care.kind != Care.Kind.REGISTRATION:
            raise InvalidInput(
                "people.care_ended_elsewhere",
                zh="只有登记的照管可以在这里结束；签约、转诊、就诊和同意由各自的业务结束",
                en="only a registration is ended here; contracts, referrals, stays and consents end elsewhere",
            )
        if care.ended_at is None:
            end_now(care, at)
            record(
                actor,
                "people.end_care",
                subject=str(care.resident.public_id),
                at=at,
                institution_id=care.institution_id,
                detail={"care": care.pk, "reason": reason[:200]},
            )
    return care
