"""Resources in and out of the store, by its own door."""

from decimal import Decimal

import pytest
from django.utils import timezone

from yigongti.kernel.access.scope import scope
from yigongti.kernel.records.public import Refused, history, read, search, transact

PATIENT = {
    "resourceType": "Patient",
    "identifier": [{"system": "urn:test:record", "value": "A-1"}],
    "name": [{"family": "演", "given": ["示甲"], "text": "演示甲"}],
    "gender": "female",
    "birthDate": "1950-01-02",
}


def observation(patient, value="5.4"):
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "2339-0"}], "text": "Glucose"},
        "subject": {"reference": patient},
        "effectiveDateTime": "2026-11-01T08:00:00+08:00",
        "valueQuantity": {
            "value": Decimal(value),
            "unit": "mmol/L",
            "system": "http://unitsofmeasure.org",
            "code": "mmol/L",
        },
    }


def posted(*resources):
    entries = [
        {
            "fullUrl": f"urn:uuid:00000000-0000-0000-0000-{place:012d}",
            "resource": resource,
            "request": {"method": "POST", "url": resource["resourceType"]},
        }
        for place, resource in enumerate(resources)
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


FIRST = "urn:uuid:00000000-0000-0000-0000-000000000000"


@pytest.fixture
def hospital(actor, county):
    """Sends bundles as the exchanging system of a hospital: hospital("H1", bundle) → response"""
    actors = {}

    def send(code, bundle):
        who = actors.setdefault(code, None) or actor("exchange_system", code)
        actors[code] = who
        with scope(who):
            return transact(bundle, who, institution_id=county[code].pk, at=timezone.now(), base="http://x/fhir")

    send.actor = lambda code: (
        actors.setdefault(code, None) or actors.update({code: actor("exchange_system", code)}) or actors[code]
    )
    return send


def test_a_patient_and_an_observation_come_in_together_and_are_found(hospital):
    answer = hospital("H1", posted(PATIENT, observation(FIRST)))
    assert [entry["response"]["status"] for entry in answer["entry"]] == ["201", "201"]
    patient = answer["entry"][0]["response"]["location"].split("/_history")[0]
    who = hospital.actor("H1")
    with scope(who):
        kept = read(*patient.split("/"), who)
        assert kept.resource["name"] == PATIENT["name"]
        found = search(
            "Observation", [("patient", patient), ("code", "http://loinc.org|2339-0")], who, base="http://x/fhir"
        )
        assert found["total"] == 1
        assert found["entry"][0]["resource"]["subject"] == {"reference": patient}
        assert history("Patient", patient.split("/")[1], [], who, base="")["total"] == 1


def test_another_hospital_sees_nothing_of_it(hospital):
    answer = hospital("H1", posted(PATIENT, observation(FIRST)))
    patient = answer["entry"][0]["response"]["location"].split("/_history")[0]
    other = hospital.actor("H2")
    with scope(other):
        with pytest.raises(Refused) as refused:
            read(*patient.split("/"), other)
        assert refused.value.status == 404
        assert search("Observation", [("code", "2339-0")], other, base="")["total"] == 0
