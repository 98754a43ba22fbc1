"""What is wrong with a resource, where, and of which kind: the answers behind every OperationOutcome."""

from decimal import Decimal

import pytest

from yigongti.kernel.records.definitions.public import validate


def problems(resource: dict) -> set[tuple[str, str]]:
    """Kind and place of every error."""
    return {(issue.code, issue.expression) for issue in validate(resource) if issue.severity == "error"}


def test_a_resident_and_a_blood_pressure_are_valid(patient, observation):
    assert not validate(patient)
    assert not validate(observation)


def test_every_synthea_resource_is_valid(synthea):
    wrong = {resource["id"]: validate(resource) for resource in synthea if validate(resource)}
    assert len(synthea) > 700
    assert not wrong


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"birthdate": "1990-03-07"}, ("structure", "Patient")),
        ({"gender": "男"}, ("code-invalid", "Patient.gender")),
        ({"birthDate": "1990-02-30"}, ("value", "Patient.birthDate")),
        ({"birthDate": "07.03.1990"}, ("value", "Patient.birthDate")),
        ({"active": "true"}, ("value", "Patient.active")),
        ({"active": None}, ("structure", "Patient.active")),
        ({"name": {"family": "张"}}, ("structure", "Patient.name")),
        ({"gender": ["male"]}, ("structure", "Patient.gender")),
        ({"name": []}, ("structure", "Patient.name")),
        ({"name": [{}]}, ("structure", "Patient.name[0]")),
        ({"name": [{"given": ["三", ""]}]}, ("value", "Patient.name[0].given[1]")),
        ({"name": [{"given": ["三", None]}]}, ("structure", "Patient.name[0].given")),
        ({"id": "张三"}, ("value", "Patient.id")),
        ({"id": "x" * 65}, ("value", "Patient.id")),
        ({"telecom": [{"value": "13800000000"}]}, ("invariant", "Patient.telecom[0]")),
        ({"contact": [{"gender": "male"}]}, ("invariant", "Patient.contact[0]")),
        ({"deceasedBoolean": True, "deceasedDateTime": "2026"}, ("structure", "Patient")),
        ({"managingOrganization": {"reference": "Practitioner/1"}}, ("value", "Patient.managingOrganization")),
        ({"managingOrganization": {"reference": "Nonsense/1"}}, ("value", "Patient.managingOrganization.reference")),
        ({"communication": [{"preferred": True}]}, ("required", "Patient.communication[0]")),
        ({"multipleBirthInteger": Decimal("1.0")}, ("value", "Patient.multipleBirth")),
    ],
)
def test_one_slip_in_a_resident_is_found_where_it_is(patient, change, expected):
    patient.update(change)
    assert problems(patient) == {expected}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"status": None}, ("structure", "Observation.status")),
        ({"valueQuantity": {"value": 1.5}}, ("value", "Observation.value.value")),
        ({"valueQuantity": {"value": "1.5"}}, ("value", "Observation.value.value")),
        ({"valueQuantity": {"value": 1, "code": "mg"}}, ("invariant", "Observation.value")),
        ({"effectiveDateTime": "2026-10-05T09:30"}, ("value", "Observation.effective")),
        ({"effectiveDateTime": "2026-10-05T09:30:00"}, ("value", "Observation.effective")),
        ({"effectiveDateTime": "2026-10-05T24:00:00+08:00"}, ("value", "Observation.effective")),
        ({"valueMoney": {"value": 1}}, ("structure", "Observation")),
        ({"subject": {"reference": "Encounter/1"}}, ("value", "Observation.subject")),
        ({"subject": {"reference": "#p"}}, ("not-found", "Observation.subject.reference")),
        ({"resourceType": "Blutdruck"}, ("not-supported", "Blutdruck.resourceType")),
        ({"valueString": "高", "dataAbsentReason": {"text": "未查"}}, ("invariant", "Observation")),
    ],
)
def test_one_slip_in_a_result_is_found_where_it_is(observation, change, expected):
    if "value" in "".join(change) or "effective" in "".join(change):
        observation.pop("effectiveDateTime")
    observation.update(change)
    assert problems(observation) == {expected}


def test_a_missing_required_element_is_named(observation):
    del observation["status"]
    (issue,) = validate(observation)
    assert (issue.code, issue.expression) == ("required", "Observation")
    assert "status" in issue.zh
    assert "status" in issue.en


def test_a_reason_for_absence_stands_in_for_a_required_primitive(observation):
    reason = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    del observation["status"]
    observation["_status"] = {"extension": [reason]}
    assert not validate(observation)


def test_gaps_in_a_list_of_primitives_are_filled_by_the_list_beside_it(patient):
    patient["name"][0]["given"] = ["三", None]
    patient["name"][0]["_given"] = [None, {"extension": [{"url": "http://example.org/x", "valueBoolean": True}]}]
    assert not validate(patient)


def test_a_condition_needs_one_coding_of_the_required_value_set():
    condition = {
        "resourceType": "Condition",
        "subject": {"reference": "Patient/1"},
        "clinicalStatus": {"coding": [{"system": "urn:local", "code": "active"}]},
    }
    assert problems(condition) == {("code-invalid", "Condition.clinicalStatus")}
    condition["clinicalStatus"]["coding"].append(
        {"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}
    )
    assert not validate(condition)


def test_a_contained_resource_resolves_and_is_checked(observation):
    observation["contained"] = [{"resourceType": "Patient", "id": "p", "gender": "x"}]
    observation["subject"] = {"reference": "#p"}
    assert problems(observation) == {("code-invalid", "Observation.contained[0].gender")}


def test_a_contained_resource_that_nothing_names_is_refused(observation):
    observation["contained"] = [{"resourceType": "Patient", "id": "p"}]
    assert problems(observation) == {("invariant", "Observation.contained[0]")}


def test_contained_resources_do_not_nest_and_carry_no_version(observation):
    observation["contained"] = [
        {"resourceType": "Patient", "id": "p", "meta": {"versionId": "1"}},
        {"resourceType": "Patient", "id": "q", "contained": [{"resourceType": "Patient", "id": "r"}]},
    ]
    observation["subject"] = {"reference": "#p"}
    observation["focus"] = [{"reference": "#q"}]
    observation["performer"] = [{"reference": "#r"}]
    assert ("invariant", "Observation.contained[0]") in problems(observation)
    assert ("invariant", "Observation.contained[1]") in problems(observation)


def test_a_modifier_extension_is_kept_with_a_warning(observation):
    observation["modifierExtension"] = [{"url": "http://example.org/negated", "valueBoolean": True}]
    (issue,) = validate(observation)
    assert (issue.severity, issue.code) == ("warning", "extension")
    assert issue.expression == "Observation.modifierExtension[0]"


def test_a_data_type_has_no_modifier_extension(patient):
    patient["name"][0]["modifierExtension"] = [{"url": "http://example.org/x", "valueBoolean": True}]
    assert problems(patient) == {("structure", "Patient.name[0]")}


@pytest.mark.parametrize("extension", [{"url": "http://x"}, {"valueBoolean": True}, {"url": "http://x", "value": 1}])
def test_an_extension_has_a_url_and_a_value(patient, extension):
    patient["extension"] = [extension]
    assert problems(patient)


def test_an_entry_of_a_bundle_is_checked_within_its_own_scope(observation):
    observation["subject"] = {"reference": "#p"}
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": observation}, {"resource": {"resourceType": "Patient", "id": "p"}}],
    }
    assert problems(bundle) == {("not-found", "Bundle.entry[0].resource.subject.reference")}


@pytest.mark.parametrize("value", [[], "x", 1, None])
def test_what_is_no_object_is_no_resource(value):
    assert validate(value)


@pytest.mark.parametrize(
    ("date", "valid"),
    [
        ("2026", True),
        ("2026-10", True),
        ("2024-02-29", True),
        ("2023-02-29", False),
        ("0000", False),
        ("2026-13", False),
        ("26-10-05", False),
        ("２０２６", False),
    ],
)
def test_a_date_exists_in_the_calendar(patient, date, valid):
    patient["birthDate"] = date
    assert (not validate(patient)) is valid


@pytest.mark.parametrize(
    ("data", "valid"), [("QUJD", True), ("QUI=", True), ("QUJ\nD", True), ("QUJ", False), ("Q?JD", False), ("", False)]
)
def test_base64_comes_in_fours(data, valid):
    binary = {"resourceType": "Binary", "contentType": "text/plain", "data": data}
    assert (not validate(binary)) is valid


def test_long_base64_is_checked_in_time_that_grows_with_its_length_only():
    binary = {"resourceType": "Binary", "contentType": "text/plain", "data": "A" * 3_000_000 + "!"}
    assert problems(binary) == {("value", "Binary.data")}
