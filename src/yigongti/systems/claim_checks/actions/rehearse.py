"""A change of a check, or a batch of knowledge, is tried on past months: at once where the months are small, else as a
job that the page shows. What was found is kept beside it, and it cannot be signed before (matter_rules)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yigongti.facts.public import Lake
from yigongti.foundation.errors import Conflict
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import limit
from yigongti.kernel.access.scope import scope
from yigongti.kernel.jobs.public import Job, Progress, start
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.claim_checks import queries
from yigongti.systems.claim_checks.checks_in_force import batch_value, change_value, laid_over
from yigongti.systems.claim_checks.models import ChangeOfCheck, KnowledgeBatch, RehearsedRow
from yigongti.systems.claim_checks.publishing import places
from yigongti.systems.claim_checks.rehearsing import checked_months, lines_of, rehearse, with_batch, with_change

JOB = "claim_checks.rehearse"
MANAGE, CHANGE = "claim_checks.manage_knowledge", "claim_checks.change"


def ask_for_rehearsal(
    actor: Actor,
    tried: ChangeOfCheck | KnowledgeBatch,
    months: Sequence[Month],
    *,
    lake: Lake,
    policy: Policy,
    office_id: int,
    at: datetime,
) -> Job | None:
    """Try it on these months: now (None), or by the job that is answered. office_id: in whose name.

    Raises NotPermitted, InvalidInput for no month, too many or one that was never checked, Conflict while the same is
    under way.
    """
    actor.require(CHANGE if isinstance(tried, ChangeOfCheck) else MANAGE)
    if lines_of(checked_months(months), lake) <= limit("claim_checks.rehearse_at_once_lines"):
        _keep(tried, months, lake=lake, policy=policy, at=at, progress=Progress())
        return None
    what = "change" if isinstance(tried, ChangeOfCheck) else "batch"
    told = {what: tried.pk, "months": [str(month) for month in sorted(set(months))]}
    return start(JOB, actor, institution_id=office_id, arguments=told, at=at)


def rehearse_batch(
    actor: Actor, number: int, months: Sequence[Month], *, lake: Lake, policy: Policy, at: datetime
) -> Job | None:
    """Try a batch that is not in force yet. Raises as ask_for_rehearsal, NotFound, and Conflict for one that is."""
    from yigongti.systems.claim_checks.actions.propose_knowledge import office_of

    office, batch = office_of(actor, MANAGE), queries.the_batch(number)
    if batch.state not in (KnowledgeBatch.State.DRAFT, KnowledgeBatch.State.PROPOSED):
        raise Conflict("claim_checks.batch_moved_on", zh="这批知识已被处理", en="this batch was dealt with already")
    return ask_for_rehearsal(actor, batch, months, lake=lake, policy=policy, office_id=office.pk, at=at)


def rehearse_in_background(
    actor: Actor,
    months: Sequence[Month],
    *,
    change: int | None,
    batch: int | None,
    lake: Lake,
    policy: Policy,
    at: datetime,
    progress: Progress,
) -> int:
    """The job: run again from the start it replaces what it has written. How many rows were kept."""
    with scope(actor, purpose="job"):
        tried = queries.the_batch(batch) if batch else queries.the_change(change or 0)
        return _keep(tried, months, lake=lake, policy=policy, at=at, progress=progress)


def _keep(
    tried: ChangeOfCheck | KnowledgeBatch,
    months: Sequence[Month],
    *,
    lake: Lake,
    policy: Policy,
    at: datetime,
    progress: Progress,
) -> int:
    over = laid_over()
    if isinstance(tried, ChangeOfCheck):
        whose, then = {"change": tried}, with_change(over, change_value(tried))
    else:
        whose, then = {"batch": tried}, with_batch(over, batch_value(tried))
    found = rehearse(
        tried.check_id, months, over, then, lake=lake, policy=policy, places=places("default"), progress=progress
    )
    ids = dict(Institution.objects.values_list("code", "id"))
    with transaction.atomic():
        RehearsedRow.objects.filter(**whose).delete()
        RehearsedRow.objects.bulk_create(
            RehearsedRow(
                **whose, institution_id=ids[row.institution_code], month=str(row.month),
                findings_today=row.findings_today, findings_changed=row.findings_changed, yuan_today=row.yuan_today,
                yuan_changed=row.yuan_changed,
            )
            for row in found
        )  # fmt: skip
        tried.rehearsed_months, tried.rehearsed_at = [str(month) for month in sorted(set(months))], at
        tried.save(update_fields=["rehearsed_months", "rehearsed_at"])
    return len(found)
