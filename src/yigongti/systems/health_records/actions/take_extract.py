"""Take a de-identified extract: counts by coarse columns, small cells left out, written into the trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.jobs.public import Job, start
from yigongti.kernel.trail.public import record
from yigongti.systems.health_records.extracting import COLUMNS

PERMISSION = "records.extract"
EXTRACT = "health_records.extract"


def take_extract(actor: Actor, institution_id: int, columns: Sequence[str], *, purpose: str, at: datetime) -> Job:
    """Start an extract over the residents whom the institution and those below it keep.

    Raises NotPermitted; InvalidInput without a column, for one that is not offered, or without a purpose.
    """
    actor.require(PERMISSION, institution_id)
    chosen = [name for name in COLUMNS if name in columns]
    if not chosen or set(columns) - set(COLUMNS):
        raise InvalidInput(
            "health_records.extract_columns", zh="请至少选择一列", en="choose at least one column", where="columns"
        )
    told = " ".join(purpose.split())[:200]
    if len(told) < 5:
        raise InvalidInput(
            "health_records.extract_purpose",
            zh="请写明用途（至少 5 个字）",
            en="say what the extract is for, in at least 5 characters",
            where="purpose",
        )
    made = start(EXTRACT, actor, institution_id=institution_id, arguments={"columns": chosen, "purpose": told}, at=at)
    detail = {"job": made.pk, "columns": chosen, "purpose": told}
    record(actor, PERMISSION, subject="extract", at=at, institution_id=institution_id, detail=detail)
    return made
