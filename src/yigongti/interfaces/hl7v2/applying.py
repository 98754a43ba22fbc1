"""Putting what a message became into the record and the master index, through their public doors.

Called inside the transaction that also marks the message as applied: both happen, or neither.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from yigongti.interfaces.hl7v2.mapping.translation import Merge, Translation
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.people.public import merge_registrations
from yigongti.kernel.records.public import transact


def put_into_records(translation: Translation, actor: Actor, *, institution_id: int, at: datetime) -> dict[str, Any]:
    """What was made or changed, in a few words for the history. Raises YigongtiError for what the record refuses."""
    if translation.merge is not None:
        return _merge(translation.merge, actor, institution_id=institution_id, at=at)
    answer = transact(translation.bundle, actor, institution_id=institution_id, at=at)
    made = [entry.get("response", {}).get("location", "") for entry in answer.get("entry", [])]
    return {"resources": [location for location in made if location]}


def _merge(merge: Merge, actor: Actor, *, institution_id: int, at: datetime) -> dict[str, Any]:
    found = merge_registrations(
        actor,
        survivors=[(number.system, number.value) for number in merge.survivors],
        retired=[(number.system, number.value) for number in merge.retired],
        institution_id=institution_id,
        at=at,
    )
    return {"merge": str(found)}
