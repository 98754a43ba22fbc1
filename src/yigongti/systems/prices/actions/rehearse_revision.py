"""Rehearse a revision over past months, in the background; its result stands beside the lines that it was made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yigongti.facts.public import Lake, connect, take_snapshot
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.jobs.public import Job, start
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.prices.models import Rehearsal, RehearsalRow, Revision
from yigongti.systems.prices.rehearsing import NewPrice, rehearse

PERMISSION = "prices.prepare"
REHEARSE = "prices.rehearse"
BY_KIND = {
    "county_hospital": "county", "tcm_hospital": "county", "maternal_child_hospital": "county",
    "township_hospital": "township", "village_clinic": "village",
}  # fmt: skip


def ask_for_rehearsal(actor: Actor, revision: Revision, months: Sequence[Month], *, at: datetime) -> Job:
    """Start it. Raises NotPermitted, InvalidInput without lines or months, Conflict while the same is under way."""
    actor.require(PERMISSION, revision.office_id)
    if not months or not revision.lines.exists():
        raise InvalidInput(
            "prices.nothing_to_rehearse",
            zh="请先写入调价项目，并至少选择一个月份",
            en="write lines and choose at least one month first",
        )
    told = {"revision": revision.pk, "months": [str(month) for month in months]}
    return start(REHEARSE, actor, institution_id=revision.office_id, arguments=told, at=at)


def rehearse_revision(
    actor: Actor, revision_id: int, months: Sequence[Month], *, lake: Lake, at: datetime
) -> Rehearsal:
    """Compute and keep it. The lines are read first: if they change meanwhile, the rehearsal is known to be older."""
    with scope(actor, purpose="job"):
        revision = Revision.objects.get(pk=revision_id)
        actor.require(PERMISSION, revision.office_id)
        prices = [NewPrice(line.code, line.level, line.before, line.after) for line in revision.lines.all()]
        seen_at = revision.changed_at
        places = {place.code: place for place in Institution.objects.all()}
    levels = {code: place.level or BY_KIND.get(place.kind, "") for code, place in places.items()}
    snapshot = take_snapshot(lake, months)
    connection = connect(lake, snapshot)
    try:
        rows = rehearse(connection, prices, {code: level for code, level in levels.items() if level})
    finally:
        connection.disconnect()
    with scope(actor, purpose="job"):
        names = dict(revision.lines.values_list("code", "name"))
        made = Rehearsal.objects.create(
            revision=revision, months=[str(month) for month in snapshot.months], seen_at=seen_at, made_at=at,
            snapshot_digest=snapshot.digest, charged_lines=sum(row["lines"] for row in rows),
        )  # fmt: skip
        RehearsalRow.objects.bulk_create(
            RehearsalRow(
                rehearsal=made, institution=places[row["institution_code"]], code=row["code"],
                name=names.get(row["code"], ""), lines=row["lines"], quantity=row["quantity"], before=row["before"],
                after=row["after"], fund_change=row["fund_change"], patient_change=row["patient_change"],
            )
            for row in rows
            if row["institution_code"] in places
        )  # fmt: skip
    return made
