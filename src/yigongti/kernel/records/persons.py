"""Person: one for each resident, made from the master index, linking the Patients of all institutions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from yigongti.kernel.people.models import Resident
from yigongti.kernel.records.definitions.public import write_json
from yigongti.kernel.records.outcomes import not_found
from yigongti.kernel.records.statements import run
from yigongti.kernel.records.stored import Stored, instant

_PATIENTS = (
    "SELECT r.fhir_id, r.updated_at FROM records_resource r WHERE r.resident_id = %s AND r.type = 'Patient'"
    " AND NOT r.deleted ORDER BY r.id"
)
_GENDER = {"1": "male", "2": "female", "0": "unknown", "9": "other"}


def person(public_id: str, *, using: str = "default") -> Stored:
    """Person/<public_id> with links to the Patients that the scope shows. Raises Refused (404) if it shows none."""
    try:
        number = UUID(public_id)
    except ValueError:
        raise not_found("Person", public_id) from None
    resident = Resident.objects.using(using).filter(public_id=number).first()
    patients = run(_PATIENTS, [resident.pk], using=using) if resident else []
    if resident is None or not patients:
        raise not_found("Person", public_id)
    updated: datetime = max([resident.registered_at, *(at for _, at in patients)])
    made: dict[str, Any] = {
        "resourceType": "Person",
        "id": str(resident.public_id),
        "meta": {"versionId": str(resident.version), "lastUpdated": instant(updated)},
        "active": resident.state == Resident.State.ACTIVE,
        "gender": _GENDER.get(resident.sex, "unknown"),
    }
    if resident.birth_date:
        made["birthDate"] = resident.birth_date.isoformat()
    made["link"] = [{"target": {"reference": f"Patient/{fhir_id}"}} for fhir_id, _ in patients]
    return Stored(
        0, "Person", str(resident.public_id), resident.version, resident.pk, resident.institution_id, "administrative",
        updated, False, write_json(made).decode(),
    )  # fmt: skip
