"""Resources changed or cut: patches, rewritten references, summaries, chosen elements."""

import copy
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from record_samples import OBSERVATION, PATIENT

from yigongti.foundation.errors import Conflict, InvalidInput
from yigongti.kernel.records.definitions.public import (
    elements_of,
    patched,
    references_in,
    rewritten,
    split_reference,
    summary_of,
    validate,
)

SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}


def test_a_patch_changes_a_copy(patient):
    before = copy.deepcopy(patient)
    after = patched(
        patient,
        [
            {"op": "test", "path": "/gender", "value": "male"},
            {"op": "replace", "path": "/gender", "value": "female"},
            {"op": "add", "path": "/telecom/0", "value": {"system": "phone", "value": "1"}},
            {"op": "add", "path": "/telecom/-", "value": {"system": "phone", "value": "2"}},
            {"op": "remove", "path": "/active"},
            {"op": "copy", "from": "/name/0", "path": "/contact/0/name"},
            {"op": "move", "from": "/birthDate", "path": "/language"},
        ],
    )
    assert patient == before
    assert after["gender"] == "female"
    assert [contact["value"] for contact in after["telecom"]] == ["1", "13800000000", "zs@example.org", "2"]
    assert "active" not in after
    assert "birthDate" not in after
    assert after["contact"][0]["name"] == patient["name"][0]


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/nothing"},
        {"op": "replace", "path": "/nothing", "value": 1},
        {"op": "add", "path": "/name/7", "value": {}},
        {"op": "add", "path": "/name/01", "value": {}},
        {"op": "add", "path": "/gender/x", "value": 1},
        {"op": "add", "path": "gender", "value": "male"},
        {"op": "add", "path": "/gender"},
        {"op": "shout", "path": "/gender", "value": 1},
        {"op": "move", "from": "/name", "path": "/name/0/text"},
        {"op": "remove", "path": ""},
        {"op": "replace", "path": "", "value": []},
        {"op": "replace", "path": "/id", "value": "other"},
        {"op": "replace", "path": "/resourceType", "value": "Person"},
        {"op": "remove", "path": "/meta"},
        {"op": "add", "path": "/meta/lastUpdated", "value": "2026-10-05T00:00:00Z"},
        {"op": 1, "path": "/id"},
        {"path": "/id"},
        "remove",
        None,
    ],
)
def test_a_patch_that_leads_nowhere_is_refused(patient, operation):
    with pytest.raises(InvalidInput) as refused:
        patched(patient, [operation])
    assert refused.value.code == "records.bad_patch"


@pytest.mark.parametrize("value", ["female", True, None, ["male"]])
def test_a_patch_whose_test_fails_is_a_conflict(patient, value):
    with pytest.raises(Conflict):
        patched(patient, [{"op": "test", "path": "/gender", "value": value}])


def test_true_is_not_one_but_one_point_zero_is(observation):
    quantity = "/component/0/valueQuantity/value"
    assert patched(observation, [{"op": "test", "path": quantity, "value": Decimal("142.0")}])
    with pytest.raises(Conflict):
        patched({"resourceType": "Patient", "active": True}, [{"op": "test", "path": "/active", "value": 1}])


def test_a_patch_cannot_fill_the_memory_by_copying(patient):
    doubling = [{"op": "copy", "from": "/name", "path": "/name/-"}] * 60
    with pytest.raises(InvalidInput):
        patched(patient, doubling)


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]),
                "path": st.sampled_from(
                    ["/name", "/name/0", "/name/-", "/name/0/given/0", "/gender", "/x", "", "/~01"]
                ),
                "from": st.sampled_from(["/name", "/name/0", "/gender", "/contact", ""]),
                "value": st.sampled_from(["male", [], {}, None, 1]),
            }
        ),
        max_size=6,
    )
)
def test_any_patch_holds_whole_or_not_at_all(operations):
    before = copy.deepcopy(PATIENT)
    try:
        after = patched(PATIENT, operations)
    except (InvalidInput, Conflict):
        after = before
    assert before == PATIENT
    assert after["id"] == "zhang-san"


def test_references_are_replaced_wherever_they_stand(observation):
    observation["contained"] = [{"resourceType": "Encounter", "id": "e", "subject": {"reference": "urn:uuid:1"}}]
    observation["extension"] = [{"url": "http://x", "valueReference": {"reference": "urn:uuid:1"}}]
    observation["focus"] = [{"reference": "Patient?identifier=urn:x|1"}]
    after = rewritten(observation, {"urn:uuid:1": "Patient/9", "Patient?identifier=urn:x|1": "Patient/8"})
    assert references_in(after) == [
        "Patient/zhang-san",
        "Encounter/e1",
        "Organization/east",
        "Patient/9",
        "Patient/8",
    ]
    assert observation["focus"] == [{"reference": "Patient?identifier=urn:x|1"}]


def test_an_identifier_and_a_narrative_are_not_rewritten(patient):
    patient["identifier"] = [{"system": "urn:ietf:rfc3986", "value": "urn:uuid:1"}]
    patient["text"]["div"] = '<div xmlns="http://www.w3.org/1999/xhtml"><a href="urn:uuid:1">x</a></div>'
    assert rewritten(patient, {"urn:uuid:1": "Patient/9"}) == patient


def test_an_attachment_that_names_an_entry_is_rewritten():
    media = {"resourceType": "Media", "content": {"url": "urn:uuid:1"}}
    assert rewritten(media, {"urn:uuid:1": "Binary/9"})["content"] == {"url": "Binary/9"}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Patient/1", ("Patient", "1", "", "", "")),
        ("Patient/1/_history/2", ("Patient", "1", "", "", "")),
        ("https://x/fhir/Patient/1", ("Patient", "", "https://x/fhir/Patient/1", "", "")),
        ("urn:uuid:1", ("", "", "urn:uuid:1", "", "")),
        ("#p", ("", "", "", "p", "")),
        ("Patient?identifier=a|b", ("Patient", "", "", "", "identifier=a|b")),
    ],
)
def test_a_reference_is_told_by_its_form(text, parts):
    assert split_reference(text) == parts


@pytest.mark.parametrize(
    "text", ["", "Patient", "Patient/", "patient/1", "Nonsense/1", "Patient/1/2", "a b", "Patient/张"]
)
def test_what_has_no_such_form_is_no_reference(text):
    assert split_reference(text) is None


def test_a_summary_leaves_out_what_r4_leaves_out(patient):
    summary = summary_of(patient, "true")
    assert "contact" not in summary
    assert "text" not in summary
    assert summary["name"] == patient["name"]
    assert summary["meta"] == {**patient["meta"], "tag": [*patient["meta"]["tag"], SUBSETTED]}


def test_a_summary_cuts_within_the_parts_of_a_resource(observation):
    observation["component"][0]["interpretation"] = [{"text": "高"}]
    (component,) = summary_of(observation, "true")["component"]
    assert set(component) == {"code", "valueQuantity"}


def test_the_text_of_a_resource_comes_with_what_it_requires(observation):
    observation["text"] = copy.deepcopy(PATIENT["text"])
    assert set(summary_of(observation, "text")) == {"resourceType", "id", "meta", "text", "status", "code"}


def test_the_data_of_a_resource_is_all_but_its_text(patient):
    assert set(patient) - set(summary_of(patient, "data")) == {"text"}


def test_without_a_summary_nothing_is_cut_or_marked(patient):
    assert summary_of(patient, "false") == patient


def test_chosen_elements_come_with_what_is_required(observation):
    assert set(elements_of(observation, ["effective"])) == {
        "resourceType",
        "id",
        "meta",
        "status",
        "code",
        "effectiveDateTime",
    }
    assert set(elements_of(observation, ["Observation.subject"])) >= {"subject"}


@pytest.mark.parametrize("mode", ["true", "text", "data", "false"])
def test_a_cut_resource_is_still_valid(mode, synthea):
    for resource in (PATIENT, OBSERVATION, *synthea[:200]):
        errors = [
            issue for issue in validate(summary_of(resource, mode)) if issue.code not in {"not-found", "invariant"}
        ]
        assert not errors
