"""An encounter is a reason to see a record: who treats somebody cares for them."""

from __future__ import annotations

from collections.abc import Sequence

from yigongti.kernel.records.bundles import Work
from yigongti.kernel.records.writing import Draft


def care_for_encounters(drafts: Sequence[Draft], work: Work) -> None:
    """Let the institution care for the residents of the encounters that were written."""
    encounters = [d for d in drafts if d.type == "Encounter" and d.resource is not None and d.resident_id is not None]
    if not encounters:
        return
    from yigongti.kernel.people import public as people  # until it is here, registration cares for them

    care_by_encounter = getattr(people, "care_by_encounter", None)
    if care_by_encounter is None:
        return
