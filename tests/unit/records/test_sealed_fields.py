"""What says who somebody is lies sealed in a resource at rest, and comes out as it was sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigongti.kernel.people.sealing import KeyRing, NotOpened
from yigongti.kernel.records.naming import RESIDENT_NUMBER
from yigongti.kernel.records.sealed_fields import masked, opened, sealed

RING = KeyRing.fresh()
PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [
        {"system": RESIDENT_NUMBER, "value": "609921195801011234"},
        {"system": "urn:yigongti:institution:H1:record", "value": "00012345"},
    ],
    "telecom": [{"system": "phone", "value": "19900001234"}, {"system": "email", "value": "a@example.org"}],
    "contact": [{"telecom": [{"system": "phone", "value": "19900005678"}]}],
    "name": [{"text": "演示·王某"}],
}


def test_the_stored_resource_holds_neither_number_nor_telephone():
    stored = str(sealed(PATIENT, RING))
    assert "609921195801011234" not in stored
    assert "19900001234" not in stored and "19900005678" not in stored
    assert "00012345" in stored and "a@example.org" in stored


def test_the_resource_comes_out_as_it_was_sent_and_is_not_changed_itself():
    before = str(PATIENT)
    assert opened(sealed(PATIENT, RING), RING) == PATIENT
    assert str(PATIENT) == before


def test_sealing_twice_seals_once():
    once = sealed(PATIENT, RING)
    assert sealed(once, RING) == once


def test_a_value_sealed_before_a_rotation_opens_after_it():
    assert opened(sealed(PATIENT, RING), RING.rotated()) == PATIENT


def test_an_altered_value_is_refused():
    stored = sealed(PATIENT, RING)
    stored["identifier"][0]["value"] = stored["identifier"][0]["value"][:-4] + "AAA="
    with pytest.raises(NotOpened):
        opened(stored, RING)


def test_a_telephone_cannot_be_moved_to_the_place_of_a_number():
    stored = sealed(PATIENT, RING)
    stored["identifier"][0]["value"] = stored["telecom"][0]["value"]
    with pytest.raises(NotOpened):
        opened(stored, RING)


def test_an_observation_is_left_alone():
    observation = {"resourceType": "Observation", "identifier": [{"system": RESIDENT_NUMBER, "value": "x"}]}
    assert sealed(observation, RING) is observation


def test_masking_changes_only_what_says_who_it_is():
    shown = masked(sealed(PATIENT, RING), RING, lambda text, purpose: f"{purpose}*")
    assert [i["value"] for i in shown["identifier"]] == ["number*", "00012345"]
    assert [t["value"] for t in shown["telecom"]] == ["phone*", "a@example.org"]


@given(st.text(max_size=40), st.sampled_from(["number", "phone"]))
def test_whatever_is_sealed_opens_again(text, purpose):
    assert RING.open(RING.seal(text, purpose), purpose) == text


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_equal_texts_and_only_they_have_equal_blind_indexes(first, second):
    assert (RING.index(first, "number") == RING.index(second, "number")) == (first == second)
    assert RING.index(first, "number") != RING.index(first, "phone")
