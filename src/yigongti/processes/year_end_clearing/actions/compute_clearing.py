"""Compute the year of a community: a draft with a row for each institution. The same inputs answer what stands."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from yigongti.foundation.errors import Conflict
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.trail.public import record
from yigongti.processes.year_end_clearing.inputs import ClearingInputs
from yigongti.processes.year_end_clearing.models import ClearingRow, ClearingRun
from yigongti.processes.year_end_clearing.sums import Cleared, clear_year

PERMISSION = "fund.clear"
_LOCK_CLASS = 20262  # names this process's advisory locks; the second number is community and year


@transaction.atomic
def compute_clearing(actor: Actor, inputs: ClearingInputs, *, policy: Policy, at: datetime) -> ClearingRun:
    """The draft of the year, in the actor's scope; an earlier draft from other inputs is superseded.

    Raises NotPermitted, Conflict when the year is confirmed or posted with other inputs, and what the sums raise.
    """
    actor.require(PERMISSION, inputs.office_id)
    cleared = clear_year(inputs, policy)
    digest = inputs.digest(policy.release.digest)
    with connection.cursor() as cursor:  # two who compute at once: the second waits and finds the first's draft
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, inputs.community_id * 1000 + inputs.year % 1000]
        )
    standing = ClearingRun.objects.filter(
        institution_id=inputs.community_id, year=inputs.year, state__in=ClearingRun.STANDING
    ).first()
    if standing is not None:
        if standing.digest == digest:
            return standing
        if standing.state != ClearingRun.State.DRAFT:
            raise Conflict(
                "year_end.settled_already",
                zh=f"{inputs.year} 年的清算已{standing.get_state_display()}，数据有变请先撤回",
                en=f"the clearing of {inputs.year} is {standing.state}: withdraw it before computing from other data",
                where=str(standing.pk),
            )
        standing.state = ClearingRun.State.SUPERSEDED
        standing.save(update_fields=["state"])
    run = _keep(actor, inputs, cleared, digest, policy, at)
    record(
        actor, PERMISSION, subject=f"clearing {inputs.year} {inputs.community_code}", at=at,
        institution_id=inputs.community_id, detail={"run": run.pk, "digest": digest},
    )  # fmt: skip
    return run


def _keep(
    actor: Actor, inputs: ClearingInputs, cleared: Cleared, digest: str, policy: Policy, at: datetime
) -> ClearingRun:
    sums = cleared.clearing
    run = ClearingRun.objects.create(
        year=inputs.year, institution_id=inputs.community_id, office_id=inputs.office_id, inputs=inputs.as_json(),
        digest=digest, release=policy.release.digest, missing_months=list(inputs.missing_months), score=inputs.score,
        quota=inputs.quota, spending=cleared.spent, surplus=sums.surplus, kept=sums.kept, returned=sums.returned,
        overrun=sums.overrun, fund_share=sums.fund_share, community_share=sums.community_share,
        steps=[step.as_json() for step in sums.steps], tiers=[step.as_json() for step in cleared.tiers],
        computed_by=actor.account_id, computed_by_name=actor.display_name, computed_at=at,
    )  # fmt: skip
    ClearingRow.objects.bulk_create(
        ClearingRow(
            run=run, institution_id=due.institution.id, community_id=inputs.community_id, office_id=inputs.office_id,
            tier=due.institution.tier, people=due.institution.people, workload=due.institution.workload,
            score=due.institution.score, kept=due.kept, borne=due.borne, retained=due.retained, returned=due.returned,
            forfeited=due.forfeited, added=due.added, deposit=due.deposit, deposit_returned=due.deposit_returned,
            deposit_forfeited=due.deposit_forfeited, due=due.due, steps=[step.as_json() for step in due.steps],
        )
        for due in cleared.dues
    )  # fmt: skip
    return run
