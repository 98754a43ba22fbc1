"""Reads of cases, each within what the database shows the actor."""

from __future__ import annotations

from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import MATTERS
from yigongti.systems.supervision.models import Case, Recovery


def case_of(source_key: str) -> Case | None:
    """The case that was opened from this source, None while there is none or it is not the actor's to see."""
    return Case.objects.filter(source_key=source_key).first()


def recoveries_due(month: str) -> list[Recovery]:
    """What the clearing of the month is to deduct: due in it or before it and not settled. Read by the product itself."""
    with scope(NOBODY, purpose=MATTERS):
        rows = Recovery.objects.filter(state=Recovery.State.DUE, month__lte=month).select_related("institution")
        return list(rows.order_by("month", "id"))
