"""The Patient resource of a registered resident, made from the master index: its id is the resident's public id."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from yigongti.kernel.people.models import Resident
from yigongti.kernel.people.sealing import KeyRing, ring
from yigongti.kernel.records import naming
from yigongti.kernel.records.publishing import Published, publish

_GENDERS = {"1": "male", "2": "female", "0": "unknown", "9": "other"}


def patient_of(resident: Resident, ring: KeyRing, institution_code: str) -> dict[str, Any]:
    """The resident as a FHIR Patient. institution_code: of the institution that keeps the registration."""
    identifiers = [{"system": naming.MASTER_INDEX, "value": str(resident.public_id)}]
    if resident.number_sealed and resident.number_kind == Resident.NumberKind.RESIDENT:
        identifiers.append(
            {"use": "official", "system": naming.RESIDENT_NUMBER, "value": ring.open(resident.number_sealed, "number")}
        )
    if resident.insured_number:
        identifiers.append({"system": naming.INSURED_NUMBER, "value": resident.insured_number})
    made: dict[str, Any] = {
        "resourceType": "Patient",
        "id": str(resident.public_id),
        "identifier": identifiers,
        "active": resident.state == Resident.State.ACTIVE,
        "name": [{"text": resident.name}],
        "gender": _GENDERS[resident.sex],
        "managingOrganization": {"identifier": {"system": naming.INSTITUTION, "value": institution_code}},
    }
    if resident.phone_sealed:
        made["telecom"] = [{"system": "phone", "value": ring.open(resident.phone_sealed, "phone")}]
    if resident.birth_date:
        made["birthDate"] = resident.birth_date.isoformat()
    if resident.address:
        made["address"] = [{"text": resident.address}]
    if resident.deceased_on:
        made["deceasedDateTime"] = resident.deceased_on.isoformat()
    return made


def publish_patients(resident_ids: Iterable[int], *, at: datetime, using: str = "bulk") -> Published:
    """Keep the Patient of each of these residents as the master index has them now, past row security."""
    rows = Resident.objects.using(using).filter(pk__in=set(resident_ids)).select_related("institution").order_by("pk")
    keys = ring()
    total = Published()
    by_institution: dict[int, list[Resident]] = {}
    for resident in rows:
        by_institution.setdefault(resident.institution_id, []).append(resident)
    for institution_id, residents in by_institution.items():
        made = [patient_of(resident, keys, resident.institution.code) for resident in residents]
        owners = {f"Patient/{resident.public_id}": resident.pk for resident in residents}
        total += publish(made, institution_id=institution_id, at=at, residents=owners, using=using)
    return total
