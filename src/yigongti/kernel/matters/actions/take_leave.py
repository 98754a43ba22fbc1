"""Somebody goes on leave and names a deputy, who has the inbox meanwhile: what waits on the account by name."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotPermitted
from yigongti.kernel.access.actor import NOBODY, Actor, Ranges
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.models import Leave, Matter
from yigongti.kernel.matters.people import actor_of_account
from yigongti.kernel.matters.registry import kinds
from yigongti.kernel.matters.telling import MATTERS
from yigongti.kernel.trail.public import record

LONGEST_REASON = 200


def take_leave(
    actor: Actor, deputy_id: int, *, valid_from: date, valid_to: date, at: datetime, reason: str = ""
) -> Leave:
    """From valid_from to valid_to (both included) the deputy has the actor's inbox.

    The deputy must sit at a desk of the actor's at a place that both reach, and at the desk of every open matter that
    waits on the actor by name. A deputy's own deputy has nothing to do with it: the chain ends at one.

    Raises InvalidInput (days, oneself), NotFound (no such account), NotPermitted (the deputy may not do that work) and
    Conflict (on leave already, or the deputy is away).
    """
    _require_sense(actor, deputy_id, valid_from, valid_to, timezone.localdate(at))
    deputy = actor_of_account(deputy_id, max(valid_from, timezone.localdate(at)))
    _require_fit(actor, deputy)
    _require_free(actor, deputy_id, valid_from, valid_to)
    made = Leave.objects.create(
        account_id=actor.account_id, account_name=actor.display_name, deputy_id=deputy_id,
        deputy_name=deputy.display_name, valid_from=valid_from, valid_to=valid_to,
        reason=reason.strip()[:LONGEST_REASON], made_at=at,
    )  # fmt: skip
    record(
        actor, "matters.take_leave", subject=f"Leave/{made.pk}", at=at,
        detail={"deputy": deputy_id, "from": str(valid_from), "to": str(valid_to)},
    )  # fmt: skip
    return made


def _require_sense(actor: Actor, deputy_id: int, valid_from: date, valid_to: date, today: date) -> None:
    if valid_to < valid_from or valid_to < today:
        raise InvalidInput(
            "matters.leave_days",
            zh="请假的止日不能早于起日，也不能早于今天",
            en="a leave ends neither before it begins nor before today",
        )
    if deputy_id == actor.account_id:
        raise InvalidInput("matters.own_deputy", zh="不能由自己代办", en="nobody is one's own deputy")


def desk_reach(actor: Actor) -> dict[str, Ranges]:
    """The desks of all kinds at which the actor sits, with the institutions."""
    desks = {state.desk.permission for kind in kinds().values() for state in kind.states if state.desk}
    found: dict[str, Ranges] = {}
    for post in actor.posts:
        for desk in desks & post.role.permissions:
            found[desk] = found.get(desk, ()) + post.reach
    return found


def can_stand_in(deputy: Actor, actor: Actor) -> bool:
    """Whether the two share a desk: one permission, at one institution at least."""
    own, others = desk_reach(actor), desk_reach(deputy)
    return any(_overlap(reach, others.get(desk, ())) for desk, reach in own.items())


def _overlap(some: Ranges, others: Ranges) -> bool:
    return any(a < d and c < b for a, b in some for c, d in others)


def _require_fit(actor: Actor, deputy: Actor) -> None:
    if not can_stand_in(deputy, actor):
        raise NotPermitted(
            "matters.deputy_no_desk",
            zh=f"{deputy.display_name}的岗位与您没有相同的办理权限，不能代办",
            en=f"{deputy.display_name} holds no post that does your work: choose another deputy",
        )
    waiting = Matter.objects.filter(holder_account_id=actor.account_id, closed_at__isnull=True)
    for matter in waiting.only("pk", "desk", "holder_id", "opened_at"):
        if matter.desk and not deputy.may(matter.desk, matter.holder_id):
            raise NotPermitted(
                "matters.deputy_lacks_desk",
                zh=f"{deputy.display_name}无权办理您名下的事项 {matter.number}，请换人或先转交",
                en=f"{deputy.display_name} may not deal with matter {matter.number}, which waits on you",
                where=matter.number,
            )


def _require_free(actor: Actor, deputy_id: int, valid_from: date, valid_to: date) -> None:
    with scope(NOBODY, purpose=MATTERS):
        meanwhile = Leave.objects.filter(ended_at__isnull=True, valid_from__lte=valid_to, valid_to__gte=valid_from)
        away = set(meanwhile.filter(account_id__in=[actor.account_id, deputy_id]).values_list("account_id", flat=True))
    if actor.account_id in away:
        raise Conflict(
            "matters.leave_already",
            zh="这些天里您已有请假代办，请先结束原来的",
            en="you are on leave on some of these days already: end that leave first",
        )
    if deputy_id in away:
        raise Conflict(
            "matters.deputy_away", zh="代办人在这些天里也请假", en="the deputy is on leave on some of these days, too"
        )
