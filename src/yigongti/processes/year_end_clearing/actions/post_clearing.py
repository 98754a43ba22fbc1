"""The confirmed year goes into the books: every amount, or none."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yigongti.foundation.errors import Conflict
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.ledger.public import post
from yigongti.kernel.trail.public import record
from yigongti.processes.year_end_clearing.actions.confirm_clearing import gone
from yigongti.processes.year_end_clearing.entries import clearing_entries
from yigongti.processes.year_end_clearing.models import ClearingRun
from yigongti.processes.year_end_clearing.queries import locked_run, rows_of

PERMISSION = "fund.clear"


@transaction.atomic
def post_clearing(actor: Actor, number: int, *, at: datetime) -> ClearingRun:
    """The entries of the run and its state, in one transaction; a run that is posted already stays as it is.

    Raises NotFound, NotPermitted, Conflict for a run that is not confirmed or when December is closed in a book.
    """
    run = locked_run(number)
    actor.require(PERMISSION, run.office_id)
    if run.state == ClearingRun.State.POSTED:
        return run
    if run.state == ClearingRun.State.DRAFT:
        raise Conflict(
            "year_end.not_confirmed",
            zh="清算尚未由医共体确认，不能入账",
            en="the community has not confirmed the clearing: it cannot be posted",
            where=str(run.pk),
        )
    if run.state != ClearingRun.State.CONFIRMED:
        raise gone(run)
    entries = post(actor, clearing_entries(run, rows_of(run)), at)
    run.state, run.posted_by_name, run.posted_at = ClearingRun.State.POSTED, actor.display_name, at
    run.save(update_fields=["state", "posted_by_name", "posted_at"])
    record(
        actor, PERMISSION, subject=f"clearing run {run.pk} posted", at=at, institution_id=run.institution_id,
        detail={"entries": len(entries)},
    )  # fmt: skip
    return run
