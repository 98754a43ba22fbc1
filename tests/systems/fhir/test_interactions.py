"""Each interaction of FHIR over HTTP, as a system with a token uses it."""

from exchanging_system import FIRST, PATIENT, bundle_of, observation


def test_what_is_created_is_read_back_with_its_version(system):
    h1 = system("H1")
    made = h1.post("Patient", PATIENT)
    assert made.status_code == 201, made.content
    kept = made.json()
    answer = h1.get(f"Patient/{kept['id']}")
    assert answer.json()["name"] == PATIENT["name"]
    assert answer["ETag"] == 'W/"1"'
    assert made["Location"].endswith(f"/fhir/Patient/{kept['id']}/_history/1")


def test_a_patients_results_are_found(system):
    h1 = system("H1")
    patient = h1.made(PATIENT)["id"]
    h1.made(observation(f"Patient/{patient}"))
    found = h1.get(f"Observation?patient=Patient/{patient}&code=http://loinc.org|2339-0").json()
    assert found["total"] == 1
