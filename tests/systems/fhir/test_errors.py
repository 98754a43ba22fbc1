"""Every refusal is an OperationOutcome in both languages, with the status that HTTP has for it."""

import pytest
from exchanging_system import PATIENT, System


@pytest.mark.parametrize(
    ("method", "address", "headers", "status"),
    [
        ("GET", "no/such/address/at/all", {}, 404),
        ("GET", "Nonsense", {}, 404),
        ("GET", "Nonsense/1", {}, 404),
        ("GET", "Patient/nobody", {}, 404),
        ("DELETE", "metadata", {}, 405),
        ("PUT", "Patient/$match", {}, 405),
        ("GET", "Patient", {"Accept": "application/fhir+xml"}, 406),
        ("GET", "Patient?_format=xml", {}, 406),
        ("GET", "Patient?nonsense=1", {}, 400),
        ("GET", "Patient?birthdate=yesterday", {}, 400),
        ("GET", "Patient?name:nonsense=x", {}, 400),
        ("GET", "Patient?_count=-1", {}, 400),
        ("GET", "Patient?_page=x", {}, 400),
        ("GET", "Patient/_history?_since=x", {}, 400),
        ("GET", "Patient/1/_history/x", {}, 404),
        ("GET", "Patient?name=%00", {}, 400),
        ("PATCH", "Patient/nobody", {}, 415),
        ("GET", "bulk/1", {}, 404),
        ("GET", "Patient/$export", {}, 400),
    ],
)
def test_refusals(system, method, address, headers, status):
    answer = system("H1").send(method, address, **headers)
    assert answer.status_code == status, answer.content.decode()
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    assert " · " in outcome["issue"][0]["diagnostics"]
    assert answer["X-Request-Id"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/fhir+json", 400),
        (b"[]", "application/fhir+json", 400),
        (b'{"resourceType": "Patient", "resourceType": "Patient"}', "application/fhir+json", 400),
        (b"<Patient/>", "application/fhir+xml", 415),
        (b'{"resourceType": "Observation"}', "application/fhir+json", 400),
        (b'{"resourceType": "Patient", "active": "yes"}', "application/json", 422),
        (b'{"resourceType": "Patient", "gender": null}', "application/json", 422),
        (b"{}", "application/fhir+json", 400),
    ],
)
def test_what_is_no_patient_is_refused(system, body, kind, status):
    answer = system("H1").send("POST", "Patient", body, kind)
    assert (answer.status_code, answer.json()["resourceType"]) == (status, "OperationOutcome")


def test_a_body_that_is_too_large_is_refused(system, monkeypatch):
    from yigongti.interfaces.fhir import asked

    monkeypatch.setattr(asked, "LARGEST", 100)
    assert system("H1").post("Patient", {**PATIENT, "language": "x" * 200}).status_code == 413


def test_without_a_token_nothing_is_told(county):
    answer = System("").get("Patient")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="fhir"')
    assert System("nonsense").get("Patient").status_code == 401


@pytest.mark.parametrize("address", ["metadata", ".well-known/smart-configuration", "openapi.json"])
def test_what_the_server_can_do_is_open(county, address):
    assert System("").get(address).status_code == 200


def test_the_capability_statement_is_a_valid_one_and_true(system):
    from yigongti.interfaces.fhir.about import OPERATIONS
    from yigongti.interfaces.fhir.routes import urlpatterns
    from yigongti.kernel.records.definitions.public import read_json, validate

    answer = system("H1").get("metadata")
    assert [issue for issue in validate(read_json(answer.content)) if issue.severity == "error"] == []
    routed = {str(route.pattern) for route in urlpatterns}
    for type_name, operations in OPERATIONS.items():
        for name, _url in operations:
            assert any(pattern.endswith(f"${name}") and pattern.startswith(type_name or "<") for pattern in routed)
    names = {operation for operations in OPERATIONS.values() for operation, _url in operations}
    assert {pattern.rpartition("$")[2] for pattern in routed if "$" in pattern} == names


def test_an_answer_is_indented_where_that_is_asked_for(system):
    assert b"\n  " in system("H1").get("Patient?_pretty=true").content


def test_a_head_has_the_headers_and_no_body(system):
    answer = system("H1").send("HEAD", "Patient")
    assert (answer.status_code, answer.content) == (200, b"")
