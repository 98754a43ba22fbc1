"""Take a publication back before its day: the earlier files are in force again, and it says who, when and why."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.trail.public import record
from yigongti.processes.rehearsal.models import Rehearsal
from yigongti.processes.rehearsal.publishing import lay_after_commit, require_withdrawable

PERMISSION = "rehearsal.sign"


def withdraw_publication(actor: Actor, rehearsal: Rehearsal, *, why: str, at: datetime) -> None:
    """Withdraw it. Raises NotPermitted, InvalidInput without a reason, Conflict when it is not published, its day has
    begun, or a later publication builds on it."""
    actor.require(PERMISSION, rehearsal.office_id)
    said = why.strip()
    if not said:
        raise InvalidInput("rehearsal.reason_missing", zh="请写明撤回理由", en="say why", where="why")
    locked = Rehearsal.objects.select_for_update(of=("self",)).get(pk=rehearsal.pk)
    if locked.state != Rehearsal.State.PUBLISHED:
        raise Conflict("rehearsal.not_published", zh="尚未公布或已撤回", en="it is not published")
    require_withdrawable(locked, timezone.localdate(at))
    Rehearsal.objects.filter(pk=locked.pk).update(
        state=Rehearsal.State.WITHDRAWN, withdrawn_by_name=actor.display_name, withdrawn_at=at, withdrawn_why=said
    )
    record(
        actor, PERMISSION, subject=f"rehearsal {locked.pk} withdrawn", at=at, institution_id=locked.office_id,
        detail={"why": said[:200]},
    )  # fmt: skip
    lay_after_commit()
