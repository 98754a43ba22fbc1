"""What the steps of the matter do besides: what is asked before a signature, and what a publication sets in motion."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from yigongti.facts.public import Lake
from yigongti.foundation.errors import InvalidInput, NotFound, NotPermitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.matters.public import Change
from yigongti.processes.rehearsal.actions.edit_files import files_of_rehearsal
from yigongti.processes.rehearsal.checks import require_day_ahead, require_standing
from yigongti.processes.rehearsal.models import Rehearsal
from yigongti.processes.rehearsal.publishing import lay_after_commit, require_publishable

SHOWN_PLACES = 12
"""So many places of the result's digest are shown to who signs, and asked back."""
State = Rehearsal.State


def _rehearsal(change: Change) -> Rehearsal:
    found = Rehearsal.objects.select_for_update(of=("self",)).filter(pk=change.matter.data["rehearsal"]).first()
    if found is None:
        raise NotFound("rehearsal.not_found", zh="没有这次推演", en="there is no such rehearsal")
    return found


def _require_as_it_stands(rehearsal: Rehearsal, change: Change) -> None:
    require_day_ahead(rehearsal.effective_on, timezone.localdate(change.at))
    in_force = policy()
    require_standing(rehearsal, in_force, Lake(settings.LAKE_ROOT))
    require_publishable(in_force, files_of_rehearsal(rehearsal), rehearsal.effective_on)


def require_rehearsed(change: Change) -> None:
    """Sent on only when it was rehearsed as it stands, and could be published."""
    rehearsal = _rehearsal(change)
    if rehearsal.state != State.DONE:
        raise InvalidInput(
            "rehearsal.not_rehearsed", zh="请先按现在的内容推演一次", en="rehearse it as it stands first"
        )
    _require_as_it_stands(rehearsal, change)


def require_signable(change: Change) -> None:
    """Signed by somebody else than those who prepared and ran it, on the result that they looked at."""
    rehearsal = _rehearsal(change)
    own = {rehearsal.made_by_id, rehearsal.ran_by_id, rehearsal.changed_by_id}
    if change.actor.account_id in own:
        raise NotPermitted(
            "rehearsal.second_person",
            zh="拟定或推演的人不能复核签署，请由另一人办理",
            en="who prepared or ran it cannot sign it: another person must",
        )
    said = str(change.given.data.get("digest", "")).strip().lower()
    if said != rehearsal.result_digest[:SHOWN_PLACES]:
        raise InvalidInput(
            "rehearsal.digest_differs",
            zh="结果摘要与您所见的不一致，请重新打开推演结果核对",
            en="the digest is not that of the result as it stands: open the result again",
            where="digest",
        )
    _require_as_it_stands(rehearsal, change)


def require_still_as_signed(change: Change) -> None:
    _require_as_it_stands(_rehearsal(change), change)


def to_signing(change: Change) -> None:
    _to(change, State.SIGNING)


def back_to_draft(change: Change) -> None:
    _to(change, State.DONE, signed_by_id=0, signed_by_name="", signed_at=None)


def signed(change: Change) -> None:
    _to(change, State.SIGNED, signed_by_id=change.actor.account_id, signed_by_name=change.actor.display_name,
        signed_at=change.at)  # fmt: skip


def published(change: Change) -> None:
    """It stands in the record now; the layer follows as soon as the transaction is kept."""
    _to(change, State.PUBLISHED, published_by_name=change.actor.display_name, published_at=change.at)
    lay_after_commit()


def withdrawn(change: Change) -> None:
    _to(change, State.WITHDRAWN, withdrawn_by_name=change.actor.display_name, withdrawn_at=change.at,
        withdrawn_why=change.given.words.strip(), job_id=0)  # fmt: skip


def _to(change: Change, state: str, **fields: Any) -> None:
    Rehearsal.objects.filter(pk=change.matter.data["rehearsal"]).update(state=state, **fields)
