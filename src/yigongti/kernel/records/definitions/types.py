"""The resource types that the record store keeps: what kind of fact each is, and whose record it belongs to.

One row per type. `patient` names the elements that say whose record a resource belongs to: the patient that it is
about, not everybody who is mentioned. R4's patient compartment also holds what a patient performed or wrote; that would
open one person's record through another's, so it is left out on purpose.

`category` decides who may see it: clinical facts by relation of care, public-health facts also by the county's public
health staff, administrative facts (institutions, staff, forms, insurance) by office.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Category = Literal["clinical", "public_health", "administrative"]


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A type that is kept. patient: paths of its elements that refer to the patient, as keys joined by points."""

    name: str
    category: Category
    patient: tuple[str, ...] = ()

    @property
    def is_personal(self) -> bool:
        """Whether resources of the type belong to somebody's record."""
        return bool(self.patient) or self.name in {"Patient", "Bundle"}


_CLINICAL = {
    "AllergyIntolerance": ("patient",),
    "Bundle": (),  # a document: whatever its composition is about
    "CarePlan": ("subject",),
    "CareTeam": ("subject",),
    "Composition": ("subject",),
    "Condition": ("subject",),
    "DiagnosticReport": ("subject",),
    "DocumentReference": ("subject",),
    "Encounter": ("subject",),
    "EpisodeOfCare": ("patient",),
    "FamilyMemberHistory": ("patient",),
    "Flag": ("subject",),
    "Goal": ("subject",),
    "ImagingStudy": ("subject",),
    "List": ("subject",),
    "Media": ("subject",),
    "Medication": (),
    "MedicationAdministration": ("subject",),
    "MedicationDispense": ("subject",),
    "MedicationRequest": ("subject",),
    "MedicationStatement": ("subject",),
    "Observation": ("subject",),
    "Procedure": ("subject",),
    "Provenance": ("target",),
    "QuestionnaireResponse": ("subject",),
    "ServiceRequest": ("subject",),
    "Specimen": ("subject",),
    "Task": ("for",),
}
_PUBLIC_HEALTH = {
    "Immunization": ("patient",),
}
_ADMINISTRATIVE = {
    "Appointment": ("participant.actor",),
    "Basic": ("subject",),
    "Claim": ("patient",),
    "ClaimResponse": ("patient",),
    "Consent": ("patient",),
    "Coverage": ("beneficiary",),
    "Device": ("patient",),
    "ExplanationOfBenefit": ("patient",),
    "Group": ("member.entity",),
    "HealthcareService": (),
    "Location": (),
    "Organization": (),
    "Patient": (),  # its own record
    "Person": ("link.target",),
    "Practitioner": (),
    "PractitionerRole": (),
    "Questionnaire": (),
    "RelatedPerson": ("patient",),
    "Schedule": (),
    "Slot": (),
    "SupplyDelivery": ("patient",),
}


def _rows(category: Category, types: Mapping[str, tuple[str, ...]]) -> dict[str, ResourceType]:
    return {name: ResourceType(name, category, patient) for name, patient in types.items()}


SUPPORTED: dict[str, ResourceType] = dict(
    sorted(
        {
            **_rows("clinical", _CLINICAL),
            **_rows("public_health", _PUBLIC_HEALTH),
            **_rows("administrative", _ADMINISTRATIVE),
        }.items()
    )
)
