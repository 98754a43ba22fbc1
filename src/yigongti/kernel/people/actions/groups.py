"""A resident joins or leaves a group: pregnant, elder, chronic, poor, disabled."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.actions.update_resident import where_registers
from yigongti.kernel.people.groups import groups
from yigongti.kernel.people.models import ResidentGroup
from yigongti.kernel.people.standing import standing
from yigongti.kernel.trail.public import record


def join_group(actor: Actor, public_id: UUID | str, group: str, *, since: date, at: datetime) -> ResidentGroup:
    """The membership from a day on. Raises NotPermitted, NotFound, InvalidInput for an unknown group or a day after
    today, Conflict for a group that the resident belongs to."""
    if group not in groups():
        raise InvalidInput("people.unknown_group", zh="没有这个人群", en="there is no such group", where="group")
    if since > timezone.localdate(at):
        raise InvalidInput(
            "people.group_day", zh="日期不能晚于今天", en="the day may not be after today", where="since"
        )
    with scope(actor):
        resident = standing(public_id)
        institution_id = where_registers(actor, resident, at)
    with scope(actor, purpose="registering"):
        same = ResidentGroup.objects.filter(resident_id=resident.pk, group=group)
        if same.filter(valid_to__isnull=True).exists() or same.filter(valid_from=since).exists():
            raise Conflict(
                "people.group_already", zh="已在该人群中", en="the resident belongs to this group", where="group"
            )
        made = ResidentGroup.objects.create(resident_id=resident.pk, group=group, valid_from=since)
        subject = str(resident.public_id)
        detail = {"group": group, "since": since.isoformat()}
        record(actor, "people.group_joined", subject=subject, at=at, institution_id=institution_id, detail=detail)
    return made


def leave_group(actor: Actor, public_id: UUID | str, group: str, *, last_day: date, at: datetime) -> None:
    """The membership ends with that day. Raises NotPermitted, NotFound, InvalidInput for a day before the first."""
    with scope(actor):
        resident = standing(public_id)
        institution_id = where_registers(actor, resident, at)
    with scope(actor, purpose="registering"):
        live = ResidentGroup.objects.filter(resident_id=resident.pk, group=group, valid_to__isnull=True).first()
        if live is None:
            raise NotFound("people.not_in_group", zh="不在该人群中", en="the resident does not belong to this group")
        if last_day < live.valid_from:
            raise InvalidInput(
                "people.group_day",
                zh="结束日期不能早于开始日期",
                en="the last day may not lie before the first",
                where="last_day",
            )
        ResidentGroup.objects.filter(pk=live.pk).update(valid_to=last_day)
        subject = str(resident.public_id)
        detail = {"group": group, "last_day": last_day.isoformat()}
        record(actor, "people.group_left", subject=subject, at=at, institution_id=institution_id, detail=detail)
