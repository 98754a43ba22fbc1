"""The identity number and the telephone of a Patient lie sealed in the database, are found, and come out as sent."""

import pytest
from django.db import connections
from django.utils import timezone

from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.rotating import rotate, status
from yigongti.kernel.records.naming import RESIDENT_NUMBER
from yigongti.kernel.records.public import of_resident, publish, search

NUMBER, PHONE = "609921195801011234", "19900001234"
PATIENT = {
    "resourceType": "Patient",
    "id": "r-1",
    "identifier": [{"system": RESIDENT_NUMBER, "value": NUMBER}],
    "telecom": [{"system": "phone", "value": PHONE}],
    "name": [{"text": "演示甲"}],
}


@pytest.fixture
def kept(resident, county):
    who = resident("H1", "演示甲")
    publish([PATIENT], institution_id=county["H1"].pk, at=timezone.now(), residents={"Patient/r-1": who.pk})
    return who


def everything_stored():
    with connections["bulk"].cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(t, ' ') FROM (SELECT body::text FROM records_resource"
            " UNION ALL SELECT body::text FROM records_version UNION ALL SELECT code FROM records_token"
            " UNION ALL SELECT normal FROM records_string) x (t)"
        )
        return cursor.fetchone()[0]


def found(physician, query):
    with scope(physician):
        bundle = search("Patient", query, physician, base="http://x/fhir")
    return [entry["resource"]["id"] for entry in bundle.get("entry", [])]


def test_neither_stands_anywhere_in_the_store(kept):
    stored = everything_stored()
    assert "sealed:" in stored
    assert NUMBER not in stored
    assert PHONE not in stored


def test_the_patient_is_read_as_it_was_sent(kept, actor):
    with scope(actor("physician", "H1")):
        (patient,) = of_resident(kept.pk, ["Patient"])
    assert patient["identifier"] == PATIENT["identifier"]
    assert patient["telecom"] == PATIENT["telecom"]


@pytest.mark.parametrize(
    "query",
    [
        [("identifier", f"{RESIDENT_NUMBER}|{NUMBER}")],
        [("identifier", NUMBER)],
        [("phone", PHONE)],
        [("telecom", PHONE)],
    ],
    ids=["number with its system", "number alone", "phone", "telecom"],
)
def test_it_is_found_by_number_and_telephone(kept, actor, query):
    assert found(actor("physician", "H1"), query) == ["r-1"]


def test_another_number_finds_nothing(kept, actor):
    assert found(actor("physician", "H1"), [("identifier", f"{RESIDENT_NUMBER}|609921195801011235")]) == []


def test_a_rotation_seals_the_resources_anew_and_they_still_open(kept, actor, county):
    changed = {**PATIENT, "active": True}
    publish([changed], institution_id=county["H1"].pk, at=timezone.now(), residents={"Patient/r-1": kept.pk})
    keys = rotate()
    counted = status()
    assert set(counted["records_resource.body"]) == {keys.current}
    assert set(counted["records_version.body"]) == {keys.current}
    with scope(actor("physician", "H1")):
        assert of_resident(kept.pk, ["Patient"])[0]["identifier"] == PATIENT["identifier"]
