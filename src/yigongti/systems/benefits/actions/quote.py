"""Work out what a bill would come to, without keeping anything."""

from __future__ import annotations

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy
from yigongti.systems.benefits.actions.settle import require_own_counter
from yigongti.systems.benefits.asked import Asked
from yigongti.systems.benefits.at_counter import at_counter
from yigongti.systems.benefits.settling import Quote, quoted

PERMISSION = "benefits.quote"


def quote(actor: Actor, institution_id: int, asked: Asked) -> Quote:
    """What the bill comes to as things stand. Raises as `settle`; nothing is written."""
    actor.require("benefits.quote", institution_id)
    require_own_counter(actor, institution_id, PERMISSION)
    with at_counter(actor) as desk:
        return quoted(desk, institution_id, asked, policy())
