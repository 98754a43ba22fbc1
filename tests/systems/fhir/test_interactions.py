"""Each interaction of FHIR over HTTP, as a system with a token uses it."""

import pytest
from exchanging_system import FIRST, PATIENT, bundle_of, observation


@pytest.fixture
def h1(system):
    return system("H1")


@pytest.fixture
def patient(h1):
    """A patient of the hospital, as it came back."""
    return h1.made(PATIENT)


def codes(answer):
    return [issue["code"] for issue in answer.json()["issue"]]


def test_what_is_created_is_read_back_with_its_version(h1):
    made = h1.post("Patient", PATIENT)
    kept = made.json()
    answer = h1.get(f"Patient/{kept['id']}")
    assert answer.json()["name"] == PATIENT["name"]
    assert answer["ETag"] == 'W/"1"'
    assert answer["Content-Type"] == "application/fhir+json; charset=utf-8"
    assert made["Location"].endswith(f"/fhir/Patient/{kept['id']}/_history/1")


def test_what_has_not_changed_is_not_sent_again(h1, patient):
    answer = h1.get(f"Patient/{patient['id']}", If_None_Match='W/"1"')
    assert (answer.status_code, answer.content) == (304, b"")


def test_an_update_makes_a_version_and_keeps_the_one_before(h1, patient):
    answer = h1.put(f"Patient/{patient['id']}", {**patient, "gender": "male"}, If_Match='W/"1"')
    assert (answer.status_code, answer.json()["meta"]["versionId"]) == (200, "2")
    assert h1.get(f"Patient/{patient['id']}/_history/1").json()["gender"] == "female"
    versions = h1.get(f"Patient/{patient['id']}/_history").json()
    assert [entry["resource"]["gender"] for entry in versions["entry"]] == ["male", "female"]


def test_an_update_of_an_older_version_is_refused(h1, patient):
    h1.put(f"Patient/{patient['id']}", patient)
    answer = h1.put(f"Patient/{patient['id']}", patient, If_Match='W/"1"')
    assert (answer.status_code, codes(answer)) == (412, ["conflict"])


def test_nobody_chooses_an_id(h1):
    answer = h1.put("Patient/own-id", {**PATIENT, "id": "own-id"})
    assert answer.status_code == 404


def test_a_patch_changes_what_it_names(h1, patient):
    answer = h1.send(
        "PATCH", f"Patient/{patient['id']}", [{"op": "replace", "path": "/gender", "value": "other"}],
        kind="application/json-patch+json",
    )  # fmt: skip
    assert (answer.status_code, answer.json()["gender"]) == (200, "other")


def test_what_was_deleted_is_gone_and_its_history_says_so(h1, patient):
    assert h1.send("DELETE", f"Patient/{patient['id']}").status_code == 204
    answer = h1.get(f"Patient/{patient['id']}")
    assert (answer.status_code, codes(answer)) == (410, ["deleted"])
    assert h1.get("Patient?identifier=A-1").json()["total"] == 0
    versions = h1.get(f"Patient/{patient['id']}/_history").json()["entry"]
    assert versions[0]["request"]["method"] == "DELETE"


def test_what_is_referred_to_is_not_deleted(h1, patient):
    h1.made(observation(f"Patient/{patient['id']}"))
    assert h1.send("DELETE", f"Patient/{patient['id']}").status_code == 409


def test_a_conditional_create_makes_one_of_it(h1):
    condition = "identifier=urn:test:record|A-1"
    first = h1.post("Patient", PATIENT, If_None_Exist=condition)
    second = h1.post("Patient", PATIENT, If_None_Exist=condition)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]


def test_a_conditional_update_creates_and_then_changes(h1):
    address = "Patient?identifier=urn:test:record|A-1"
    assert h1.put(address, PATIENT).status_code == 201
    answer = h1.put(address, {**PATIENT, "gender": "male"})
    assert (answer.status_code, answer.json()["meta"]["versionId"]) == (200, "2")


def test_a_condition_that_matches_several_is_refused(h1, patient):
    for _ in range(2):
        h1.made(observation(f"Patient/{patient['id']}"))
    answer = h1.send("DELETE", "Observation?code=2339-0")
    assert (answer.status_code, codes(answer)) == (412, ["multiple-matches"])


def test_a_reference_that_leads_nowhere_is_refused(h1):
    answer = h1.post("Observation", observation("Patient/nobody"))
    assert (answer.status_code, codes(answer)) == (422, ["not-found"])


def test_an_invalid_resource_is_refused_with_its_place(h1):
    answer = h1.post("Patient", {**PATIENT, "gender": "f", "birthdate": "1950"})
    assert answer.status_code == 422
    assert [issue["expression"] for issue in answer.json()["issue"]] == [["Patient.gender"], ["Patient"]]


def test_the_answer_is_as_short_as_the_sender_wishes(h1):
    assert h1.post("Patient", PATIENT, Prefer="return=minimal").content == b""
    told = h1.post("Patient", PATIENT, Prefer="return=OperationOutcome").json()
    assert told["resourceType"] == "OperationOutcome"


def test_a_transaction_is_stored_whole_with_its_references(h1):
    answer = h1.post("", bundle_of(PATIENT, observation(FIRST)))
    assert answer.status_code == 200, answer.content
    patient, result = [entry["response"]["location"].split("/_history")[0] for entry in answer.json()["entry"]]
    assert h1.get(result).json()["subject"] == {"reference": patient}


def test_one_wrong_entry_takes_the_whole_transaction_back(h1):
    answer = h1.post("", bundle_of(PATIENT, {**observation(FIRST), "status": "nonsense"}))
    assert answer.status_code == 422
    assert answer.json()["issue"][0]["expression"] == ["Bundle.entry[1].resource.status"]
    assert h1.get("Patient?identifier=A-1").json()["total"] == 0


def test_a_batch_does_what_it_can(h1):
    answer = h1.post("", bundle_of(PATIENT, {**observation("Patient/nobody")}, kind="batch")).json()
    assert [entry["response"]["status"] for entry in answer["entry"]] == ["201", "422"]
    assert h1.get("Patient?identifier=A-1").json()["total"] == 1


def test_a_bundle_reads_what_it_has_written(h1):
    bundle = bundle_of(PATIENT)
    bundle["entry"].append({"request": {"method": "GET", "url": "Patient?identifier=A-1"}})
    answer = h1.post("", bundle).json()
    assert answer["entry"][1]["resource"]["total"] == 1


def test_a_conditional_reference_is_resolved(h1, patient):
    bundle = bundle_of(observation("Patient?identifier=urn:test:record|A-1"))
    location = h1.post("", bundle).json()["entry"][0]["response"]["location"]
    assert h1.get(location.split("/_history")[0]).json()["subject"]["reference"] == f"Patient/{patient['id']}"


def test_everything_of_a_patient_comes_page_by_page(h1, patient):
    for _ in range(3):
        h1.made(observation(f"Patient/{patient['id']}"))
    page, seen = h1.get(f"Patient/{patient['id']}/$everything?_count=2").json(), []
    assert page["total"] == 4
    while True:
        seen += [entry["resource"]["resourceType"] for entry in page["entry"]]
        following = [link["url"] for link in page["link"] if link["relation"] == "next"]
        if not following:
            break
        page = h1.get(following[0].partition("/fhir/")[2]).json()
    assert sorted(seen) == ["Observation"] * 3 + ["Patient"]


def test_a_validation_answers_and_stores_nothing(h1):
    good, bad = h1.post("Patient/$validate", PATIENT), h1.post("Patient/$validate", {**PATIENT, "gender": "f"})
    assert (good.json()["issue"][0]["severity"], bad.json()["issue"][0]["severity"]) == ("information", "error")
    assert h1.get("Patient?_summary=count").json()["total"] == 0


def test_a_match_scores_the_likely_ones(h1, patient):
    found = h1.post("Patient/$match", PATIENT).json()
    assert found["entry"][0]["resource"]["id"] == patient["id"]
    assert 0 < found["entry"][0]["search"]["score"] <= 1


def test_a_person_links_the_patients_of_a_resident(h1, patient):
    from yigongti.kernel.people.models import Resident

    number = Resident.objects.using("bulk").get().public_id
    person = h1.get(f"Person/{number}").json()
    assert person["link"] == [{"target": {"reference": f"Patient/{patient['id']}"}}]
    assert h1.post("Person", {"resourceType": "Person"}).status_code == 405
