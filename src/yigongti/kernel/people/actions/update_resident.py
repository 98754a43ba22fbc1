"""Correct a registration: what changed, field by field, if nobody else changed it meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput
from yigongti.kernel.access.actor import Actor, covers
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.details import Details, checked, columns
from yigongti.kernel.people.models import Care, Resident
from yigongti.kernel.people.relations import live_care
from yigongti.kernel.people.sealing import ring
from yigongti.kernel.people.standing import standing
from yigongti.kernel.trail.public import record

PERMISSION = "people.register"
FIELDS = tuple(field.name for field in fields(Details))


def update_resident(
    actor: Actor, public_id: UUID | str, changes: Mapping[str, Any], *, version: int, at: datetime
) -> Resident:
    """The registration with the changed fields of `Details`; those not named stay. version: the one that was read.

    Raises NotPermitted, NotFound; InvalidInput with the field in `where`; Conflict when the version is no longer the
    one that was read, or the number is another resident's.
    """
    unknown = set(changes) - set(FIELDS)
    if unknown:
        raise InvalidInput("people.unknown_field", zh="没有这个字段", en="there is no such field", where=min(unknown))
    with scope(actor):  # only what the actor sees can be corrected
        resident = standing(public_id)
        institution_id = where_registers(actor, resident, at)
    told = checked(Details(**{**_told(resident), **changes}), timezone.localdate(at))
    kept = columns(told)
    with scope(actor, purpose="registering"):
        same = Resident.objects.filter(number_index=kept["number_index"]).exclude(pk=resident.pk)
        if kept["number_index"] and same.exists():
            raise _number_of_another()
        try:
            with transaction.atomic():
                rows = Resident.objects.filter(pk=resident.pk, version=version, state=Resident.State.ACTIVE)
                changed = rows.update(version=version + 1, **kept)
        except IntegrityError:
            raise _number_of_another() from None
        if not changed:
            raise Conflict(
                "people.changed_meanwhile",
                zh="这份登记刚被别人修改，请刷新后重新填写",
                en="somebody else has just changed this registration; open it again",
            )
        detail = {"fields": sorted(changes)}
        record(
            actor,
            "people.update",
            subject=str(resident.public_id),
            at=at,
            institution_id=institution_id,
            detail=detail,
        )
        return Resident.objects.get(pk=resident.pk)


def where_registers(actor: Actor, resident: Resident, at: datetime) -> int:
    """An institution that keeps or cares for the resident and where the actor registers. Raises NotPermitted."""
    care = Care.objects.filter(live_care(timezone.localdate(at)), resident_id=resident.pk)
    known = [resident.institution_id, *care.values_list("institution_id", flat=True)]
    registers = [post.reach for post in actor.posts if PERMISSION in post.role.permissions]
    for institution_id in known:
        if any(covers(reach, institution_id) for reach in registers):
            return institution_id
    actor.require(PERMISSION, resident.institution_id)
    return resident.institution_id


def _told(resident: Resident) -> dict[str, Any]:
    keys = ring()
    told = {name: getattr(resident, name) for name in FIELDS if hasattr(resident, name)}
    told["number"] = keys.open(resident.number_sealed, "number") if resident.number_sealed else ""
    told["phone"] = keys.open(resident.phone_sealed, "phone") if resident.phone_sealed else ""
    return told


def _number_of_another() -> Conflict:
    return Conflict(
        "people.number_of_another",
        zh="该证件号码已属于另一份登记，如为同一人请转疑似重复处理",
        en="this number belongs to another registration; if both are one person, have the pair decided",
        where="number",
    )
