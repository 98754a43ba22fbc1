"""A second person confirms the year for the community."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yigongti.foundation.errors import Conflict, InvalidInput, NotPermitted
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.trail.public import record
from yigongti.processes.year_end_clearing.models import ClearingRun
from yigongti.processes.year_end_clearing.queries import locked_run

PERMISSION = "fund.accept"


@transaction.atomic
def confirm_clearing(actor: Actor, number: int, *, at: datetime) -> ClearingRun:
    """The draft is confirmed; one that is confirmed already stays as it is.

    Raises NotFound, NotPermitted (also for whoever computed it), InvalidInput while months of the year are not closed,
    Conflict for a run that no longer stands.
    """
    run = locked_run(number)
    actor.require(PERMISSION, run.institution_id)
    if run.computed_by == actor.account_id:
        raise NotPermitted(
            "year_end.second_person",
            zh="计算清算的人不能确认，请由另一人确认",
            en="whoever computed the clearing does not confirm it: a second person must",
        )
    if run.state in (ClearingRun.State.CONFIRMED, ClearingRun.State.POSTED):
        return run
    if run.state != ClearingRun.State.DRAFT:
        raise gone(run)
    if run.missing_months:
        raise InvalidInput(
            "year_end.months_missing",
            zh=f"尚未月结：{'、'.join(run.missing_months)}；全年月结后重新计算再确认",
            en=f"not closed: {', '.join(run.missing_months)}; close them and compute again before confirming",
        )
    run.state, run.confirmed_by = ClearingRun.State.CONFIRMED, actor.account_id
    run.confirmed_by_name, run.confirmed_at = actor.display_name, at
    run.save(update_fields=["state", "confirmed_by", "confirmed_by_name", "confirmed_at"])
    record(actor, PERMISSION, subject=f"clearing run {run.pk}", at=at, institution_id=run.institution_id)
    return run


def gone(run: ClearingRun) -> Conflict:
    """The error for a run that was superseded or withdrawn."""
    return Conflict(
        "year_end.no_longer_stands",
        zh="这次清算已被取代或撤回，请打开最新的一次",
        en="this clearing was superseded or withdrawn: open the latest",
        where=str(run.pk),
    )
