"""What a system of one hospital learns of another hospital's patient: nothing, by no way of asking."""

import pytest
from exchanging_system import FIRST, PATIENT, bundle_of, observation

SECRET = "绝密诊断"


@pytest.fixture
def theirs(system):
    """A patient of H1 with a result and a condition; by type → id."""
    condition = {"resourceType": "Condition", "code": {"coding": [{"code": "X99"}], "text": SECRET},
                 "subject": {"reference": FIRST}}  # fmt: skip
    answer = system("H1").post("", bundle_of({**PATIENT, "name": [{"text": SECRET}]}, observation(FIRST), condition))
    locations = [entry["response"]["location"].split("/") for entry in answer.json()["entry"]]
    return {location[0]: location[1] for location in locations}


@pytest.fixture
def h2(system):
    """A system of the other hospital, with a patient of its own."""
    made = system("H2")
    made.own = made.made({**PATIENT, "identifier": [{"system": "urn:h2", "value": "9"}], "name": [{"text": "演示乙"}],
                          "gender": "male", "birthDate": "1999-01-01"})["id"]  # fmt: skip
    return made


@pytest.mark.parametrize(
    "address",
    [
        "Patient/{Patient}", "Observation/{Observation}", "Condition/{Condition}", "Patient/{Patient}/_history",
        "Patient/{Patient}/_history/1", "Observation/{Observation}/_history/1", "Patient/{Patient}/$everything",
    ],
)  # fmt: skip
def test_it_is_answered_like_what_does_not_exist(h2, theirs, address):
    real = h2.get(address.format(**theirs))
    invented = h2.get(address.format(Patient="0000", Observation="0000", Condition="0000"))
    assert real.status_code == invented.status_code == 404
    plain = real.content.decode()
    for number in theirs.values():
        plain = plain.replace(number, "0000")
    assert plain == invented.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "Patient?identifier=A-1", "Patient?name=绝密", "Patient?name:contains=密", "Patient?_id={Patient}",
        "Patient?_has:Observation:patient:code=2339-0", "Patient?birthdate=1950-01-02",
        "Observation?patient=Patient/{Patient}", "Observation?patient.identifier=A-1", "Observation?code=2339-0",
        "Observation?patient.name=绝密", "Observation?date=2026-11-01", "Observation?value-quantity=5.4",
        "Condition?code=X99", "Condition?subject={Patient}", "Condition?_lastUpdated=gt2020",
        "Observation?encounter:missing=true",
    ],
)  # fmt: skip
def test_no_search_and_no_count_finds_it(h2, theirs, query):
    address = query.format(**theirs)
    assert h2.get(address + "&_total=accurate").json()["total"] == 0
    assert h2.get(address + "&_summary=count").json()["total"] == 0
    assert "entry" not in h2.get(address).json()


def test_nothing_of_it_is_included(h2, theirs, county):
    group = {"resourceType": "Group", "type": "person", "actual": True,
             "member": [{"entity": {"reference": f"Patient/{h2.own}"}}]}  # fmt: skip
    made = h2.made(group)["id"]
    bundle = h2.get(f"Group?_id={made}&_include=*&_revinclude=*:*").json()
    assert SECRET not in str(bundle)
    assert h2.get(f"Patient?_id={theirs['Patient']}&_revinclude=Observation:patient").json()["total"] == 0


def test_it_is_not_in_the_versions_of_a_type(h2, theirs):
    for name in ("Patient", "Observation", "Condition"):
        assert SECRET not in h2.get(f"{name}/_history").content.decode()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_it_cannot_be_changed(h2, theirs, method):
    address = f"Observation/{theirs['Observation']}"
    body, kind = {**observation(f"Patient/{h2.own}"), "id": theirs["Observation"]}, "application/fhir+json"
    if method == "PATCH":
        body, kind = [{"op": "remove", "path": "/valueQuantity"}], "application/json-patch+json"
    assert h2.send(method, address, None if method == "DELETE" else body, kind).status_code == 404


def test_nothing_is_written_into_their_record(h2, theirs):
    real, invented = (h2.post("Observation", observation(f"Patient/{one}")) for one in (theirs["Patient"], "0000"))
    assert (real.status_code, invented.status_code) == (422, 422)
    assert real.content.decode().replace(theirs["Patient"], "0000") == invented.content.decode()


def test_a_condition_does_not_find_it(h2, theirs):
    made = h2.post("Patient", {**PATIENT, "name": [{"text": "演示丙"}]}, If_None_Exist="identifier=urn:test:record|A-1")
    assert made.status_code == 201
    reference = h2.post("Observation", observation("Patient?name=绝密"))
    assert reference.status_code == 422


def test_a_match_shows_a_masked_likeness_and_no_more(h2, theirs):
    found = h2.post("Patient/$match", {**PATIENT, "name": [{"text": SECRET}]}).content.decode()
    assert SECRET not in found
    assert theirs["Patient"] not in found


def test_the_hospital_that_cares_too_reads_the_record_but_changes_none_of_it(h2, theirs, county):
    from datetime import date

    from django.utils import timezone

    from yigongti.kernel.people.models import Care
    from yigongti.kernel.records.models import Resource

    resident = Resource.objects.using("bulk").get(fhir_id=theirs["Patient"]).resident_id
    Care.objects.using("bulk").create(
        resident_id=resident, institution=county["H2"], kind="registration", valid_from=date(2026, 1, 1),
        made_at=timezone.now(),
    )  # fmt: skip
    kept = h2.get(f"Observation/{theirs['Observation']}").json()
    assert kept["valueQuantity"]["value"] == 5.4
    assert h2.get(f"Observation?patient=Patient/{theirs['Patient']}").json()["total"] == 1
    assert h2.put(f"Observation/{theirs['Observation']}", kept).status_code == 403


def test_who_looked_is_told_in_the_log_of_views(system, theirs):
    from yigongti.kernel.trail.models import View

    before = View.objects.using("bulk").count()
    h1 = system("H1")
    h1.get(f"Observation/{theirs['Observation']}")
    h1.get("Observation?code=2339-0")
    lines = list(View.objects.using("bulk").order_by("id").values_list("what", flat=True))[before:]
    assert lines == ["fhir: Observation", "fhir: Observation"]
