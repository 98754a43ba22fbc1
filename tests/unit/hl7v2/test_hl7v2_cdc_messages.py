"""Laboratory messages as sent in the field (public, invented patients): each is answered, with its reason.

The table says the answer and the first reason for each file. They are refused for what they lack: most were cut down by
their makers to try one field, and have no patient number or no order.
"""

from datetime import UTC, datetime

import pytest
from fhir.resources.R4B.bundle import Bundle

from yigongti.interfaces.hl7v2.acknowledgement import acknowledge
from yigongti.interfaces.hl7v2.batch import messages_of_file
from yigongti.interfaces.hl7v2.message import read_message
from yigongti.interfaces.hl7v2.reception import Sender, judge

AA = [("AA", "")]
NO_NUMBER = [("AE", "hl7v2.required_field PID-3")]
NO_ORDER = [("AE", "hl7v2.segment_missing OBR")]
ANSWERS = {
    "EI-to-Identifier-default-assigner": NO_ORDER,
    "HD-to-Organization-clia": NO_ORDER,
    "HD-to-Source-dns": NO_ORDER,
    "HD-to-extensionAssigningAuthority-uuid": NO_ORDER,
    "MSH-to-MessageHeader-msh17-valued-msh4-not-valued": NO_ORDER,
    "MSH-to-MessageHeader-stores-msh8-msh11-not-valued": NO_ORDER,
    "OBX-to-Observation-dt-value": NO_NUMBER,
    "OBX-to-Observation-obx-33": NO_NUMBER,
    "OBX-to-Observation-st-value": NO_NUMBER,
    "PL-to-Location-all-leaves": NO_ORDER,
    "PV1-PV2-to-Encounter-pv22-n": NO_ORDER,
    "cwe-12-test-value-cwe10": NO_ORDER,
    "cwe-12-test-value-cwe9": NO_NUMBER,
    "cwe-7-test-value-cwe5": NO_ORDER,
    "cx-identifier-system-iso": NO_NUMBER,
    "dt-zero-year-to-dateTime": NO_ORDER,
    "dtm-minute-precision-to-instant": NO_NUMBER,
    "dtm-month-precision-to-dateTime": NO_ORDER,
    "dtm-second-precision-to-date": NO_ORDER,
    "hci-expected": AA,
    "monkeypox-20221110": AA,
    "nm-to-quantity": NO_ORDER,
    "orc_obr-to-servicerequest_diagnosticreport-obr11-g": NO_NUMBER,
    "orc_obr-to-servicerequest_diagnosticreport-prefers-orc-12-for-requester": NO_NUMBER,
    "orm_o01-full": AA,
    "sample-single-pdi-20210608-0002": AA,
    "sample_CA_20240729-0001": AA,
    "sample_MA_20240805-0001": AA,
    "sample_NJ_20240719-0001": AA,
    "sample_PA_20240703-0001": AA,
    "sample_SR_2_20231024-0002": AA,
    "sample_bundle_multiple_observations_keepall": AA,
    "valid_mars": AA * 2,
    "xad-to-address-ignores-xad12-for-xad14": NO_ORDER,
    "xad-to-address-type-sh": NO_ORDER,
    "xon-to-organization-xon10-populated": NO_ORDER,
    "xtn_14_xtn9_has_value": NO_ORDER,
}


def own_laboratory(raw):
    """A sender by whose name the message calls itself."""
    facility = read_message(raw.decode()).sending_facility
    return Sender("45678901-2", "", frozenset({facility.text(1), facility.text(2)} - {""}))


def test_the_table_names_every_file(shared_data):
    assert {path.stem for path in (shared_data / "exchange/hl7v2-cdc").glob("*.hl7")} == set(ANSWERS)


@pytest.mark.parametrize("name", ANSWERS)
def test_each_message_is_answered_with_its_reason(shared_data, choices, name):
    answers = []
    for raw in messages_of_file((shared_data / f"exchange/hl7v2-cdc/{name}.hl7").read_bytes()):
        judgement = judge(raw, own_laboratory(raw), choices)
        reason = judgement.first_error
        answers.append((str(judgement.verdict), f"{reason.key} {reason.place}" if reason else ""))
        at = datetime(2026, 1, 1, tzinfo=UTC)
        answer = read_message(
            acknowledge(judgement.header, judgement.problems, control_id="9", at=at, answered_as="YIGONGTI")
        )
        assert answer.first("MSA").text(1) == judgement.verdict
        assert answer.first("MSA").text(2) == read_message(raw.decode()).control_id
    assert answers == ANSWERS[name]


@pytest.mark.parametrize("name", [name for name, answers in ANSWERS.items() if answers[0][0] == "AA"])
def test_what_is_accepted_is_a_valid_transaction(shared_data, choices, name):
    for raw in messages_of_file((shared_data / f"exchange/hl7v2-cdc/{name}.hl7").read_bytes()):
        bundle = Bundle.model_validate(judge(raw, own_laboratory(raw), choices).translation.bundle)
        assert bundle.type == "transaction"


@pytest.mark.parametrize("name", ANSWERS)
def test_somebody_elses_message_is_rejected_by_name(shared_data, choices, name):
    for raw in messages_of_file((shared_data / f"exchange/hl7v2-cdc/{name}.hl7").read_bytes()):
        judgement = judge(raw, Sender("45678901-2"), choices)
        facility = read_message(raw.decode()).sending_facility
        if facility:
            assert judgement.verdict == "AR"
            assert "hl7v2.other_institution" in {problem.key for problem in judgement.problems}
        else:
            assert "hl7v2.facility_absent" in {problem.key for problem in judgement.problems}
