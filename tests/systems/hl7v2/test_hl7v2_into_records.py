"""Messages all the way into the record: what was sent is found there, once, under its patient."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hl7v2_messages import admission, row

from yigongti.interfaces.hl7v2.actions.take_in import take_in
from yigongti.interfaces.hl7v2.batch import messages_of_file
from yigongti.interfaces.hl7v2.binding import Door
from yigongti.interfaces.hl7v2.message import read_message
from yigongti.kernel.access.scope import scope
from yigongti.kernel.records import public as records

AT = timezone.now()
"""Messages are taken in today: a registration of long ago lets nobody write."""

RESULT = (
    "MSH|^~\\&|LIS|HIS|YGT|COUNTY|20261001||ORU^R01|R1|P|2.5.1||||||UNICODE UTF-8\r"
    "PID|1||100||张^三||19491231|M\r"
    "OBR|1|P1|F1|GLU^血糖^L|||20261001070000|||||||||||||||20261001080000||LAB|F\r"
    "OBX|1|NM|2345-7^血糖^LN||{value}|mmol/L^^UCUM|3.9-6.1|H|||{status}\r"
)


def later(seconds):
    return AT + timedelta(seconds=seconds)


@pytest.fixture
def put(door):
    """Take a message in and apply it to the record itself."""
    return lambda text, at=AT: take_in(text.encode(), door.origin(text.encode(), "mllp", "10.0.0.1"), door.choices, at)


@pytest.fixture
def found(system):
    """What the record holds of a type, as the hospital's system sees it: found("Observation") → resources"""

    def search(kind):
        with scope(system):
            bundle = records.search(kind, [("_count", "200")], system, base="http://record")
            return [entry["resource"] for entry in bundle.get("entry", [])]

    return search


def test_an_admission_and_a_result_are_of_one_patient(put, found):
    answers = [put(admission()), put(RESULT.format(value="7.80", status="F"), later(60))]
    assert [answer.code for answer in answers] == ["AA", "AA"]
    assert len(found("Patient")) == 1
    observation = found("Observation")[0]
    assert str(observation["valueQuantity"]["value"]) == "7.80"
    assert observation["subject"]["reference"].split("/")[-1] == found("Patient")[0]["id"]


def test_a_discharge_ends_the_visit_that_the_admission_began(put, found):
    put(admission("1"))
    put(admission("2", event="A03"), later(60))
    assert [encounter["status"] for encounter in found("Encounter")] == ["finished"]


def test_a_corrected_result_stands_in_place_of_the_first(put, found):
    put(RESULT.format(value="7.80", status="F"))
    put(RESULT.format(value="5.20", status="C").replace("|R1|", "|R2|"), later(60))
    observations = found("Observation")
    assert [(str(o["valueQuantity"]["value"]), o["status"]) for o in observations] == [("5.20", "corrected")]


def test_a_merge_of_two_numbers_is_asked_or_done(put):
    put(admission("1", patient="100"))
    put(admission("2", patient="200").replace("V1", "V2"), later(60))
    merge = "MSH|^~\\&|HIS|HIS|YGT|COUNTY|20261001||ADT^A40^ADT_A39|3|P|2.5.1||||||UNICODE UTF-8\rEVN|A40|20261001\r"
    answer = put(merge + "PID|1||100||张^三\rMRG|200\r", later(120))
    assert answer.code == "AA"
    assert row(answer).state == "applied"


def test_the_public_laboratory_messages_are_filed_and_none_is_lost(door, shared_data):
    from dataclasses import replace

    states = []
    for path in sorted((shared_data / "exchange/hl7v2-cdc").glob("*.hl7")):
        for raw in messages_of_file(path.read_bytes()):
            facility = read_message(raw.decode()).sending_facility
            own: Door = replace(door, facilities=frozenset({facility.text(1), facility.text(2)} - {""}))
            answer = take_in(raw, own.origin(raw, "file", path.name), door.choices, AT)
            states.append((answer.code, row(answer).state))
            assert row(answer).raw == raw
    assert {state: states.count(state) for state in set(states)} == {("AA", "applied"): 12, ("AE", "rejected"): 26}
