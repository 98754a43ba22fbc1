"""A matter at a desk is given to one person, or taken back to the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from yigongti.foundation.errors import Conflict, NotPermitted
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.matters.actions.requirements import (
    after_last_step,
    moved_on,
    sits_at,
    the_matter_to_change,
)
from yigongti.kernel.matters.history import keep, next_step
from yigongti.kernel.matters.kinds import OPENER
from yigongti.kernel.matters.models import Matter
from yigongti.kernel.matters.people import actor_of_account
from yigongti.kernel.matters.registry import kind_of
from yigongti.kernel.matters.telling import tell_holder
from yigongti.kernel.trail.public import record


@transaction.atomic
def assign(actor: Actor, matter_id: int, account_id: int, *, at: datetime, version: int | None = None) -> Matter:
    """Give a matter of the actor's desk to an account that sits at that desk; from then on it is in that inbox alone.

    Raises NotFound, NotPermitted (the actor or the account does not sit there) and Conflict (it has moved on, is
    closed, belongs to whoever opened it, or lies with somebody already: take it back first).
    """
    matter = _of_own_desk(actor, matter_id, version)
    if matter.holder_account_id:
        raise Conflict(
            "matters.assigned_already",
            zh="这件事项已指定办理人，请先收回",
            en="this matter has been given to somebody: take it back first",
            where=matter.number,
        )
    person = actor_of_account(account_id, timezone.localdate(at))
    if not sits_at(person, matter.desk, matter.holder_id or 0, matter.department_code):
        raise NotPermitted(
            "matters.not_at_the_desk",
            zh=f"{person.display_name}的岗位不能办理这件事项",
            en=f"{person.display_name} holds no post that deals with this matter",
            where=matter.number,
        )
    told = {"to": account_id, "name": person.display_name}
    return _give(actor, matter, account_id, "assigned", told, at)


@transaction.atomic
def take_back(actor: Actor, matter_id: int, *, at: datetime, version: int | None = None) -> Matter:
    """Take a matter back to the desk from the person to whom it was given. Errors as `assign`."""
    matter = _of_own_desk(actor, matter_id, version)
    if not matter.holder_account_id:
        raise Conflict(
            "matters.not_assigned", zh="这件事项没有指定办理人", en="this matter has been given to nobody",
            where=matter.number,
        )  # fmt: skip
    return _give(actor, matter, 0, "taken_back", {"from": matter.holder_account_id}, at)


def _of_own_desk(actor: Actor, matter_id: int, version: int | None) -> Matter:
    matter = the_matter_to_change(matter_id)
    kind = kind_of(matter.kind)
    if version not in (None, matter.version) or matter.closed_at is not None:
        raise moved_on(matter, kind)
    desk = kind.state(matter.state).desk
    if desk is None or desk.at == OPENER:
        raise Conflict(
            "matters.not_to_be_assigned",
            zh="这一步须由提出人办理，不能指定他人",
            en="this step is for whoever opened the matter and cannot be given to somebody else",
            where=matter.number,
        )
    if not sits_at(actor, matter.desk, matter.holder_id or 0, matter.department_code):
        actor.require(matter.desk, matter.holder_id)  # says which permission is missing
        raise NotPermitted(
            "matters.other_department",
            zh="这件事项属于其他科室，您的岗位不能办理",
            en="this matter is another department's: your post does not reach it",
        )
    return matter


def _give(actor: Actor, matter: Matter, account_id: int, action: str, told: dict[str, Any], at: datetime) -> Matter:
    at = after_last_step(matter, at)
    kind = kind_of(matter.kind)
    desk = kind.state(matter.state).desk
    matter.holder_account_id = account_id
    if desk is not None and desk.assigned_by:
        matter.data = {**matter.data, desk.assigned_by: account_id}
    keep(next_step(matter, actor, action, at, data=told), actor)
    matter.version += 1
    matter.save()
    tell_holder(matter, kind, actor, at)
    record(
        actor, f"matters.{action}", subject=f"{matter.kind} {matter.number}", at=at,
        institution_id=matter.holder_id, detail={"matter": matter.pk, **told},
    )  # fmt: skip
    return matter
