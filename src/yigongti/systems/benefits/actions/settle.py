"""Settle a bill: explained, stored, counted in the person's year, and posted into both books, or nothing of it."""

from __future__ import annotations

from datetime import datetime

from yigongti.foundation.errors import InvalidInput, NotPermitted
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy
from yigongti.systems.benefits.asked import Asked
from yigongti.systems.benefits.at_counter import at_counter
from yigongti.systems.benefits.injuries import require_told_cause
from yigongti.systems.benefits.models import Settlement
from yigongti.systems.benefits.settling import Settled, settled

PERMISSION = "benefits.settle"


def settle(
    actor: Actor, institution_id: int, asked: Asked, *, at: datetime, origin: str = Settlement.Origin.COUNTER.value
) -> Settled:
    """The settlement; the first one when the key stands already with the same content.

    Raises NotPermitted (not at the actor's own counter), InvalidInput and NotFound (what is wrong, by its place),
    Conflict (benefits.key_taken, benefits.case_settled, ledger.period_closed) and PolicyError (no rule for the day).
    The bill of an injury is not settled here: hold_injury.
    """
    require_own_counter(actor, institution_id)
    if not asked.key:
        raise InvalidInput("benefits.key_missing", zh="请给出键，以免重复结算", en="give a key", where="key")
    require_told_cause(asked, policy())
    with at_counter(actor) as desk:
        return settled(desk, actor, institution_id, asked, policy(), at, origin=origin)


def require_own_counter(actor: Actor, institution_id: int, permission: str = PERMISSION) -> None:
    """Raises NotPermitted unless a post at this very institution may settle: what lies below has its own counter."""
    actor.require(permission, institution_id)
    own = {post.institution_id for post in actor.posts if permission in post.role.permissions}
    if institution_id not in own:
        raise NotPermitted(
            "benefits.not_your_counter",
            zh="只能在本机构的窗口结算",
            en="bills are settled at the counter of the own institution only",
        )
