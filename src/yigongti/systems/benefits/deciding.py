"""What the bureau's decisions do: an approval begins to count, a held injury is settled, or both are refused."""

from __future__ import annotations

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.limits import policy
from yigongti.kernel.matters.kinds import Change
from yigongti.systems.benefits.asked import of_mapping
from yigongti.systems.benefits.at_counter import at_counter
from yigongti.systems.benefits.models import Approval, HeldInjury
from yigongti.systems.benefits.settling import settled


def approve(change: Change) -> None:
    """From its first day on the benefits count."""
    _decide(change, Approval.State.APPROVED)


def refuse_approval(change: Change) -> None:
    _decide(change, Approval.State.REFUSED)


def _decide(change: Change, state: str) -> None:
    approval = Approval.objects.filter(pk=change.matter.data["approval"]).first()
    if approval is None:
        raise NotFound("benefits.no_approval", zh="没有这份申请", en="there is no such request")
    approval.state, approval.decided_at = state, change.at
    approval.decided_by_name = change.actor.display_name[:64]
    approval.save(update_fields=["state", "decided_at", "decided_by_name"])


def release_injury(change: Change) -> None:
    """The bill is settled as it stands, by the rules of its own days; what the rules refuse leaves the matter held."""
    held = _held(change)
    with at_counter(change.actor) as desk:
        made = settled(desk, change.actor, held.institution_id, of_mapping(held.request), policy(), change.at)
    held.state, held.settlement_id = HeldInjury.State.RELEASED, made.id
    held.save(update_fields=["state", "settlement"])


def refuse_injury(change: Change) -> None:
    """Nothing is settled: the patient, or whoever caused it, pays."""
    held = _held(change)
    held.state = HeldInjury.State.REFUSED
    held.save(update_fields=["state"])


def _held(change: Change) -> HeldInjury:
    held = HeldInjury.objects.filter(pk=change.matter.data["injury"]).first()
    if held is None:
        raise NotFound("benefits.no_injury", zh="没有这张外伤账单", en="there is no such bill")
    return held
