"""Whose record a resource belongs to: the resident behind the patient that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.records.definitions.public import compartment_of, split_reference
from yigongti.kernel.records.outcomes import Refused


def resident_behind(patient: Mapping[str, Any], actor: Actor, institution_id: int, at: datetime) -> int:
    """The resident of a new Patient: found by its identifiers, or registered; the institution cares for it from now."""
    from yigongti.kernel.records.provisional_link import link_patient

    return link_patient(actor, institution_id, patient, at=at)


def resident_of(resource: Mapping[str, Any], residents: Mapping[tuple[str, str], int | None]) -> int | None:
    """The resident whose record a resource belongs to; None for nobody's, and where it names several people.

    residents: (type, id) of patients → resident. Raises Refused where a patient is named who is not here.
    """
    found: set[int] = set()
    for text in compartment_of(resource):
        target = split_reference(text)
        if target is None or not target.id:
            continue  # a patient kept elsewhere: nobody's record here
        resident = residents.get((target.type, target.id))
        if resident is None:
            raise no_target(text)
        found.add(resident)
    return found.pop() if len(found) == 1 else None


def no_target(reference: str) -> Refused:
    """What is referred to is not here, or not the actor's to see: the two are not told apart."""
    return Refused(
        422, "not-found", zh=f"所引用的 {reference[:120]} 不存在或无权查看",
        en=f"{reference[:120]}, which is referred to, is not here or not yours to see",
    )  # fmt: skip
