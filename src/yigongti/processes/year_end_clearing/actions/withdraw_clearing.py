"""A year that is not posted yet is withdrawn, with the reason: then it can be computed from other data."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yigongti.foundation.errors import Conflict, InvalidInput
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.trail.public import record
from yigongti.processes.year_end_clearing.models import ClearingRun
from yigongti.processes.year_end_clearing.queries import locked_run

PERMISSION = "fund.clear"


@transaction.atomic
def withdraw_clearing(actor: Actor, number: int, why: str, *, at: datetime) -> ClearingRun:
    """Raises NotFound, NotPermitted, InvalidInput without a reason, Conflict for a run that is posted."""
    run = locked_run(number)
    actor.require(PERMISSION, run.office_id)
    if run.state == ClearingRun.State.POSTED:
        raise Conflict(
            "year_end.posted",
            zh="清算已入账，不能撤回；更正请在账簿中冲销",
            en="the clearing is posted and cannot be withdrawn: reverse its entries in the books",
            where=str(run.pk),
        )
    if not why.strip():
        raise InvalidInput("year_end.why", zh="请写明撤回的原因", en="say why it is withdrawn", where="why")
    run.state, run.withdrawn_why = ClearingRun.State.WITHDRAWN, why.strip()[:200]
    run.save(update_fields=["state", "withdrawn_why"])
    record(actor, PERMISSION, subject=f"clearing run {run.pk} withdrawn", at=at, institution_id=run.institution_id)
    return run
