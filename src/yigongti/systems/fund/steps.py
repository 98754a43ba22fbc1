"""What the steps of a contract's matter do to the contract. The matter has asked for everything; this writes it."""

from __future__ import annotations

from typing import Any

from yigongti.foundation.errors import NotFound, NotPermitted
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.kinds import Change
from yigongti.systems.fund.models import Contract
from yigongti.systems.fund.protection import FUND

State = Contract.State


def contract_of_matter(change: Change) -> Contract:
    """Raises NotFound for a matter whose contract is gone."""
    with scope(NOBODY, purpose=FUND):
        found = Contract.objects.filter(pk=change.matter.data["contract"]).select_related("institution").first()
    if found is None:
        raise NotFound("fund.contract_not_found", zh="没有这份协议", en="there is no such contract")
    return found


def require_second_person(change: Change) -> None:
    """Who drew the contract up does not sign it, also where somebody else sent it."""
    if change.matter.opened_by_id == change.actor.account_id:
        raise NotPermitted(
            "fund.second_person",
            zh="拟定协议的人不能复核签署，请由另一人签署",
            en="whoever drew up the contract does not sign it: a second person must",
        )


def send_for_signature(change: Change) -> None:
    _to(change, State.SIGNING)


def return_to_draft(change: Change) -> None:
    _to(change, State.DRAFT, signed_at=None, signed_by_name="")


def take_back(change: Change) -> None:
    _to(change, State.WITHDRAWN)


def sign(change: Change) -> None:
    """From now on the community sees it."""
    _to(change, State.ACCEPTING, signed_at=change.at, signed_by_name=change.actor.display_name)


def accept(change: Change) -> None:
    """From now on the quota counts: months are prepaid and forecasts measured by it."""
    _to(change, State.IN_FORCE, accepted_at=change.at, accepted_by_name=change.actor.display_name)


def _to(change: Change, state: str, **fields: Any) -> None:
    with scope(NOBODY, purpose=FUND):
        Contract.objects.filter(pk=change.matter.data["contract"]).update(state=state, **fields)
