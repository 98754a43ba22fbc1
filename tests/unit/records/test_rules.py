"""The rules of R4 that cross elements: each is met by a resource that just breaks it."""

import pytest

from yigongti.kernel.records.definitions.invariants import HOLDS, RULES
from yigongti.kernel.records.definitions.public import validate
from yigongti.kernel.records.definitions.structure import shape_of

CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
ALLERGY = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
PERSON = {"reference": "Patient/1"}
TEXT = {"text": "x"}


def concept(system: str, code: str) -> dict:
    return {"coding": [{"system": system, "code": code}]}


def broken(resource: dict) -> set[str]:
    """The keys of the rules that a resource breaks."""
    return {issue.en.rsplit("(", 1)[1].rstrip(")") for issue in validate(resource) if issue.code == "invariant"} | {
        issue.expression for issue in validate(resource) if issue.code != "invariant"
    }


def timing(**repeat: object) -> dict:
    return {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "subject": PERSON,
        "medicationCodeableConcept": TEXT,
        "dosageInstruction": [{"timing": {"repeat": repeat}}],
    }


def item(**elements: object) -> dict:
    return {
        "resourceType": "Questionnaire",
        "status": "active",
        "item": [{"linkId": "1", "type": "string", **elements}],
    }


def bundle(kind: str, *entries: dict, **elements: object) -> dict:
    return {"resourceType": "Bundle", "type": kind, **({"entry": list(entries)} if entries else {}), **elements}


def condition(**elements: object) -> dict:
    return {"resourceType": "Condition", "subject": PERSON, **elements}


def extended(**value: object) -> dict:
    return {"resourceType": "Basic", "code": TEXT, "extension": [{"url": "urn:x", **value}]}


REQUEST = {"request": {"method": "POST", "url": "Basic"}, "resource": {"resourceType": "Basic", "code": TEXT}}


@pytest.mark.parametrize(
    ("key", "resource"),
    [
        ("per-1", extended(valuePeriod={"start": "2026-10-05", "end": "2026-10-04"})),
        ("per-1", extended(valuePeriod={"start": "2026-10-05T10:00:00+08:00", "end": "2026-10-05T01:00:00Z"})),
        ("qty-3", extended(valueQuantity={"value": 1, "code": "mg"})),
        ("rng-2", extended(valueRange={"low": {"value": 2}, "high": {"value": 1}})),
        ("rat-1", extended(valueRatio={"numerator": {"value": 2}})),
        ("age-1", extended(valueAge={"value": 3})),
        ("att-1", extended(valueAttachment={"data": "QUJD"})),
        ("tim-1", timing(duration=1)),
        ("tim-4", timing(duration=-1, durationUnit="h")),
        ("tim-9", timing(offset=30, when=["C"])),
        ("tim-10", timing(timeOfDay=["08:00:00"], when=["HS"])),
        ("org-1", {"resourceType": "Organization", "active": True}),
        ("org-2", {"resourceType": "Organization", "name": "x", "address": [{"use": "home", "text": "x"}]}),
        ("grp-1", {"resourceType": "Group", "type": "person", "actual": False, "member": [{"entity": PERSON}]}),
        ("con-4", condition(abatementString="x", clinicalStatus=concept(CLINICAL, "active"))),
        (
            "con-5",
            condition(
                clinicalStatus=concept(CLINICAL, "active"), verificationStatus=concept(VERIFIED, "entered-in-error")
            ),
        ),
        ("ait-1", {"resourceType": "AllergyIntolerance", "patient": PERSON}),
        ("inv-1", {
            "resourceType": "Task", "status": "requested", "intent": "order",
            "authoredOn": "2026-10-05", "lastModified": "2026-10-04",
        }),
        ("app-3", {
            "resourceType": "Appointment", "status": "booked",
            "participant": [{"status": "accepted", "actor": PERSON}],
        }),
        ("lst-1", {
            "resourceType": "List", "status": "current", "mode": "working",
            "emptyReason": TEXT, "entry": [{"item": PERSON}],
        }),
        ("qrs-1", {
            "resourceType": "QuestionnaireResponse", "status": "completed",
            "item": [{"linkId": "1", "answer": [{"valueBoolean": True}], "item": [{"linkId": "1.1"}]}],
        }),
        ("que-1", item(type="group")),
        ("que-2", item(type="group", item=[{"linkId": "1", "type": "string"}])),
        ("que-3", item(type="display", code=[{"code": "x"}])),
        ("que-5", item(type="boolean", answerOption=[{"valueString": "x"}])),
        ("que-7", item(enableWhen=[{"question": "2", "operator": "exists", "answerString": "x"}])),
        ("que-10", item(type="choice", maxLength=3)),
        ("que-13", item(initial=[{"valueString": "x"}, {"valueString": "y"}])),
        ("bdl-1", bundle("collection", total=1)),
        ("bdl-3", bundle("transaction", {"resource": {"resourceType": "Basic", "code": TEXT}})),
        ("bdl-3", bundle("collection", REQUEST)),
        ("bdl-5", bundle("collection", {"fullUrl": "urn:uuid:1"})),
        ("bdl-7", bundle("transaction", {"fullUrl": "urn:uuid:1", **REQUEST}, {"fullUrl": "urn:uuid:1", **REQUEST})),
        ("bdl-11", bundle(
            "document", {"resource": {"resourceType": "Basic", "code": TEXT}},
            identifier={"system": "urn:x", "value": "1"}, timestamp="2026-10-05T10:00:00Z",
        )),
    ],
)  # fmt: skip
def test_a_resource_that_breaks_one_rule_is_told_which(key, resource):
    assert broken(resource) == {key}


def test_every_rule_has_its_sentences_and_stands_with_a_shape():
    written = {rule.key: (shape, rule) for shape, rules in RULES.items() for rule in rules}
    assert written.keys() == HOLDS.keys()
    for shape, rule in written.values():
        assert shape_of(shape).rules
        assert rule.zh
        assert rule.en


def test_a_valid_transaction_breaks_no_rule():
    assert (
        broken(bundle("transaction", {"fullUrl": "urn:uuid:1", **REQUEST}, {"fullUrl": "urn:uuid:2", **REQUEST}))
        == set()
    )
