"""Bulk export: asked for, run by the worker's function, fetched, expired; never more than the asker sees."""

import json

import pytest
from exchanging_system import PATIENT, observation

from yigongti.kernel.jobs.models import Job
from yigongti.kernel.jobs.public import run


@pytest.fixture
def h1(system):
    made = system("H1")
    made.patient = made.made(PATIENT)["id"]
    made.made(observation(f"Patient/{made.patient}"))
    return made


def exported(who, address="Patient/$export"):
    """Asks, lets the job run, and answers the address of its status."""
    answer = who.get(address, Prefer="respond-async")
    assert answer.status_code == 202, answer.content.decode()
    status = answer["Content-Location"].partition("/fhir/")[2]
    assert who.get(status).status_code == 202
    run(Job.objects.using("bulk").latest("id").pk)
    return status


def test_an_export_has_everything_of_those_in_care(h1):
    status = exported(h1)
    manifest = h1.get(status).json()
    assert {(one["type"], one["count"]) for one in manifest["output"]} == {("Patient", 1), ("Observation", 1)}
    for one in manifest["output"]:
        answer = h1.get(one["url"].partition("/fhir/")[2])
        lines = b"".join(answer.streaming_content).splitlines()
        assert [json.loads(line)["resourceType"] for line in lines] == [one["type"]]


def test_another_hospital_exports_nothing_of_it_and_reads_no_file_of_it(h1, system):
    h2 = system("H2")
    assert h2.get(exported(h2)).json()["output"] == []
    status = exported(h1)
    assert h2.get(status).status_code == 404
    assert h2.get(f"{status}/Patient.ndjson").status_code == 404
    assert h2.send("DELETE", status).status_code == 404


def test_types_and_scopes_narrow_an_export(h1, system):
    manifest = h1.get(exported(h1, "Patient/$export?_type=Observation")).json()
    assert [one["type"] for one in manifest["output"]] == ["Observation"]
    narrow = system("H1", ["system/Patient.rs"])
    assert [one["type"] for one in narrow.get(exported(narrow)).json()["output"]] == ["Patient"]
    assert system("H1", ["system/Observation.rs"]).get("Patient/$export", Prefer="respond-async").status_code == 403


def test_an_export_of_a_group_has_its_members_alone(h1):
    names = {"identifier": [{"system": "urn:test:record", "value": "B-2"}], "name": [{"text": "演示乙"}]}
    other = h1.made({**PATIENT, **names,
                     "birthDate": "1980-01-01"})["id"]  # fmt: skip
    group = {"resourceType": "Group", "type": "person", "actual": True,
             "member": [{"entity": {"reference": f"Patient/{other}"}}]}  # fmt: skip
    made = h1.made(group)["id"]
    manifest = h1.get(exported(h1, f"Group/{made}/$export?_type=Patient,Observation")).json()
    assert [(one["type"], one["count"]) for one in manifest["output"]] == [("Patient", 1)]


def test_a_cancelled_export_is_gone(h1):
    status = exported(h1)
    assert h1.send("DELETE", status).status_code == 202
    assert h1.get(status).status_code == 404


def test_a_file_is_named_by_its_type_alone(h1):
    status = exported(h1)
    assert h1.get(f"{status}/..%2F..%2Fsecret_key").status_code == 404


def test_an_export_tells_whose_records_it_took(h1):
    from yigongti.kernel.trail.models import View

    exported(h1)
    assert View.objects.using("bulk").filter(what__startswith="fhir: $export").count() == 1
