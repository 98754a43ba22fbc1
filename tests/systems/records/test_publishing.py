"""Resources published in bulk by processes, and the record of a resident as pages read it."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.access.scope import scope
from yigongti.kernel.records.public import Published, Refused, counted, of_resident, publish

PATIENT = {"resourceType": "Patient", "id": "r-1", "name": [{"text": "演示甲"}]}


def encounter(fhir_id="e-1", status="finished"):
    return {
        "resourceType": "Encounter",
        "id": fhir_id,
        "status": status,
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": "Patient/r-1"},
    }


@pytest.fixture
def published(resident, county):
    who = resident("H1", "演示甲", born=date(1950, 1, 2))

    def send(*resources):
        return publish(resources, institution_id=county["H1"].pk, at=timezone.now(), residents={"Patient/r-1": who.pk})

    send.resident = who
    return send


def test_what_is_published_again_unchanged_stays_at_its_version(published):
    assert published(PATIENT, encounter()) == Published(added=2)
    assert published(PATIENT, encounter()) == Published(same=2)
    assert published(PATIENT, encounter(status="cancelled")) == Published(changed=1, same=1)


def test_those_who_care_for_the_resident_read_it_and_others_do_not(published, actor):
    published(PATIENT, encounter())
    resident = published.resident.pk
    with scope(actor("physician", "H1")):
        assert [one["resourceType"] for one in of_resident(resident, ["Patient", "Encounter"])] == [
            "Encounter",
            "Patient",
        ]
        assert counted(resident) == {"Encounter": 1, "Patient": 1}
    with scope(actor("physician", "H2")):
        assert of_resident(resident) == []


def test_a_patient_of_nobody_is_not_published(published):
    with pytest.raises(InvalidInput, match="number of its resident"):
        published({**PATIENT, "id": "somebody-else"})


def test_a_reference_that_leads_nowhere_is_not_published(published):
    with pytest.raises(Refused, match="not here"):
        published(encounter())


def test_decimals_keep_their_digits(published, actor):
    amount = {"value": Decimal("1.10"), "unit": "g"}
    published(
        PATIENT,
        {"resourceType": "Observation", "id": "o-1", "status": "final", "code": {"text": "x"},
         "subject": {"reference": "Patient/r-1"}, "valueQuantity": amount},
    )  # fmt: skip
    with scope(actor("physician", "H1")):
        (kept,) = of_resident(published.resident.pk, ["Observation"])
    assert str(kept["valueQuantity"]["value"]) == "1.10"
