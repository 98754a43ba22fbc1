"""The names of identifier and code systems in the record, in one place.

Systems of our own begin with urn:yigongti; the national object identifiers that other systems write are taken as well
(from memory, unchecked: 2.16.156.10011.1.3 is the resident identity number, WS 218 names institutions).
"""

from __future__ import annotations

from datetime import timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))
"""The county's own time, in which records write instants."""

RESIDENT_NUMBER = "urn:yigongti:resident-number"
RESIDENT_NUMBER_ALIASES = frozenset(
    {RESIDENT_NUMBER, "urn:oid:2.16.156.10011.1.3", "http://hl7.org.cn/fhir/id/resident-number"}
)
INSURED_NUMBER = "urn:yigongti:insured-number"
MASTER_INDEX = "urn:yigongti:master-index"
INSTITUTION = "urn:yigongti:institution"

ICD10_INSURANCE = "urn:yigongti:codes:icd-10-insurance-2.0"
ICD10_CLINICAL = "urn:yigongti:codes:icd-10-clinical-2022"
ICD9CM3_INSURANCE = "urn:yigongti:codes:icd-9-cm-3-insurance-2.0"
INSURANCE_TYPE = "urn:yigongti:codes:insurance-type"
DISPOSITION = "urn:yigongti:codes:discharge-disposition"
DRG = "urn:yigongti:codes:drg"
CONDITION_ON_ADMISSION = "urn:yigongti:codes:condition-on-admission"
PAID_BY = "urn:yigongti:codes:paid-by"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"

# how often the record names them: what the person's page asks for
BLOOD_PRESSURE, SYSTOLIC, DIASTOLIC = "85354-9", "8480-6", "8462-4"
FASTING_GLUCOSE, GLYCATED_HAEMOGLOBIN = "14771-0", "4548-4"
BODY_WEIGHT, BODY_HEIGHT, BODY_MASS_INDEX = "29463-7", "8302-2", "39156-5"


def record_number(institution_code: str) -> str:
    """The system of an institution's own record numbers."""
    return f"{INSTITUTION}:{institution_code}:record"


def case_number(institution_code: str) -> str:
    """The system of an institution's numbers of stays."""
    return f"{INSTITUTION}:{institution_code}:case"
