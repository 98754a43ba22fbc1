"""Whose record a resource belongs to."""

import pytest

from yigongti.kernel.records.definitions.public import SUPPORTED, compartment_of
from yigongti.kernel.records.definitions.structure import shape_of


def test_a_resident_belongs_to_their_own_record(patient):
    assert compartment_of(patient) == ["Patient/zhang-san"]


def test_a_result_belongs_to_its_subject_and_not_to_who_performed_it(observation):
    observation["performer"] = [{"reference": "Patient/li-si"}]
    assert compartment_of(observation) == ["Patient/zhang-san"]


@pytest.mark.parametrize(
    "subject", [{"reference": "Group/1"}, {"reference": "#p"}, {"display": "张三"}, {"reference": "Device/1"}]
)
def test_what_is_about_no_known_patient_belongs_to_no_record(observation, subject):
    observation["subject"] = subject
    assert compartment_of(observation) == []


def test_before_a_bundle_is_resolved_the_patient_is_named_as_the_bundle_names_it(observation):
    observation["subject"] = {"reference": "urn:uuid:1cbf6d4a-6a2c-4c9b-a90b-5e4c32f6a6f0"}
    assert compartment_of(observation) == ["urn:uuid:1cbf6d4a-6a2c-4c9b-a90b-5e4c32f6a6f0"]


def test_a_urn_that_says_it_is_a_device_is_no_patient(observation):
    observation["subject"] = {"reference": "urn:uuid:1cbf6d4a-6a2c-4c9b-a90b-5e4c32f6a6f0", "type": "Device"}
    assert compartment_of(observation) == []


def test_an_appointment_belongs_to_its_patients_only():
    actors = ["Patient/1", "Practitioner/2", "Location/3", "Patient/1"]
    participants = [{"status": "accepted", "actor": {"reference": actor}} for actor in actors]
    appointment = {"resourceType": "Appointment", "status": "booked", "participant": participants}
    assert compartment_of(appointment) == ["Patient/1"]


def test_a_document_belongs_where_its_composition_belongs():
    composition = {"resourceType": "Composition", "subject": {"reference": "Patient/1"}}
    assert compartment_of({"resourceType": "Bundle", "entry": [{"resource": composition}]}) == ["Patient/1"]
    assert compartment_of({"resourceType": "Bundle"}) == []


def test_institutions_and_forms_belong_to_no_record():
    assert compartment_of({"resourceType": "Organization", "name": "东乡卫生院"}) == []


def test_every_path_to_the_patient_is_an_element_that_refers_to_patients():
    for one in SUPPORTED.values():
        for path in one.patient:
            owner, _, leaf = f"{one.name}.{path}".rpartition(".")
            slot = shape_of(owner).slots[leaf]
            assert slot.kind == "Reference"
            assert not slot.targets or "Patient" in slot.targets


def test_every_clinical_synthea_resource_belongs_to_a_record(synthea):
    personal = [one for one in synthea if SUPPORTED[one["resourceType"]].is_personal]
    assert len(personal) > 700
    assert all(len(compartment_of(one)) == 1 for one in personal)
