"""A hospital deletes a self-check: its findings go with it, and nothing remains."""

from __future__ import annotations

from yigongti.kernel.access.actor import Actor
from yigongti.systems.claim_checks import queries
from yigongti.systems.claim_checks.actions.run_self_check import require_own


def delete_self_check(actor: Actor, number: int) -> None:
    """Raises NotFound for one that is not of the actor's own institution."""
    found = queries.the_self_check(actor, number)
    require_own(actor, found.institution)
    queries.found_by(found).delete()
    found.delete()
