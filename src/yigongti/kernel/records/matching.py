"""`Patient/$match`: who might this be, among all who are registered, by the rules of the registration desk.

Patients in the caller's care are shown as they are; of everybody else a masked likeness, as at the desk: enough to ask
the person, not enough to learn something.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.people.public import Alike, Details, candidates
from yigongti.kernel.records.answers import bundle
from yigongti.kernel.records.entries import Viewed, check_resource
from yigongti.kernel.records.patients import details_of
from yigongti.kernel.records.statements import run
from yigongti.kernel.records.stored import COLUMNS, Stored

GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"
RESIDENT = "urn:yigongti:resident"
_MASKED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "MASKED"}
_GENDER = {"1": "male", "2": "female"}
_PATIENTS = (
    f"SELECT p.public_id, {COLUMNS.format('r')} FROM records_resource r JOIN people_resident p ON p.id = r.resident_id"
    " WHERE p.public_id = ANY(%s) AND r.type = 'Patient' AND NOT r.deleted ORDER BY r.id"
)


def match(
    patient: Mapping[str, Any],
    actor: Actor,
    *,
    institution_id: int,
    at: datetime,
    base: str,
    most: int = 10,
    viewed: Viewed | None = None,
    using: str = "default",
) -> dict[str, Any]:
    """The Bundle of candidates, likeliest first, each with its score. Raises NotPermitted, Refused."""
    check_resource("Patient", "", patient)
    found = candidates(actor, institution_id, Details(**details_of(patient)), at=at).candidates[:most]
    rows = run(_PATIENTS, [[one.public_id for one in found]], using=using)
    seen = {row[0]: Stored(*row[1:]) for row in reversed(rows)}
    entries = [_entry(one, seen.get(one.public_id), base) for one in found]
    for stored in seen.values():
        if viewed and stored.resident_id is not None:
            viewed(stored.resident_id, "Patient")
    return bundle("searchset", entries, total=len(entries))


def _entry(one: Alike, stored: Stored | None, base: str) -> dict[str, Any]:
    grade = "certain" if one.decision == "same" else "probable" if one.probability >= 0.5 else "possible"
    search = {
        "extension": [{"url": GRADE, "valueCode": grade}],
        "mode": "match",
        "score": Decimal(f"{one.probability:.4f}"),
    }
    if stored is not None:
        return {"fullUrl": f"{base}/{stored.reference}", "resource": stored.resource, "search": search}
    return {"resource": _likeness(one), "search": search}


def _likeness(one: Alike) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Patient",
        "meta": {"security": [_MASKED]},
        "identifier": [{"system": RESIDENT, "value": str(one.public_id)}],
        "name": [{"text": one.identity.name}],
        "gender": _GENDER.get(one.sex, "unknown"),
    }
    if one.birth_year:
        made["birthDate"] = f"{one.birth_year:04d}"
    return made
