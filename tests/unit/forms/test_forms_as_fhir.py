"""Forms and answers as FHIR R4: an independent reader of the standard takes every one of them."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from form_answers import merged, response_items

from yigongti.foundation.policy import Policy, read_yaml
from yigongti.kernel.forms.definition import FormVersion
from yigongti.kernel.forms.fhir import questionnaire, response
from yigongti.kernel.forms.findings import findings
from yigongti.kernel.forms.plain import plain
from yigongti.kernel.forms.reading import read_form
from yigongti.kernel.forms.scopes import Evaluation

ON = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
FORMS = ("village_clinic_inspection", "hygiene_patrol", "medicine_storage", "emergency_readiness", "school_canteen")


@pytest.fixture(scope="module")
def policy(request):
    return Policy.load(request.config.rootpath / "policy")


def version_of(policy, name) -> FormVersion:
    (document,) = [one for one in policy.documents("forms") if one.data["id"] == name]
    return read_form(document).on(ON)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", FORMS)
def test_every_ready_form_is_a_questionnaire_in_both_languages(policy, name, language):
    version = version_of(policy, name)
    read = Questionnaire.model_validate_json(json.dumps(plain(questionnaire(version, language))))
    assert read.title == version.title.in_language(language)
    told = {item.linkId for item in _every(read.item)}
    assert {item.id for item in version.every_item()} <= told


def _every(items):
    for item in items or []:
        yield item
        yield from _every(item.item)


@pytest.fixture
def cases(policy_root):
    def of(name):
        return read_yaml((policy_root / "cases" / "forms" / f"{name}.yaml").read_text("utf-8"), name)

    return of


@pytest.mark.parametrize("name", FORMS)
def test_every_worked_answer_is_a_questionnaire_response(policy, cases, name):
    version, told = version_of(policy, name), cases(name)
    for case in told["cases"]:
        if case["faults"]:
            continue
        items = response_items(version.items, merged(told["base"], case.get("change")))
        made = response(version, items, on=ON, authored_at=AT, subject="trials.Trial/1", identifier="a")
        read = QuestionnaireResponse.model_validate_json(json.dumps(plain(made)))
        assert read.questionnaire == f"urn:yigongti:forms:{name}|2026-01-01"
        assert read.status == "completed"


def test_a_response_holds_the_calculated_values_and_nothing_that_is_not_asked(policy, cases):
    version, told = version_of(policy, "hygiene_patrol"), cases("hygiene_patrol")
    items = response_items(version.items, told["base"] | told["cases"][0]["change"])
    made = response(version, items, on=ON, authored_at=AT)
    by_link = {item["linkId"]: item for item in made["item"] if item["linkId"] != "shifts"}
    assert by_link["total"]["answer"] == [{"valueDecimal": Decimal("75.0")}]
    shift = next(item for item in made["item"] if item["linkId"] == "shifts")
    assert "ward" not in [item["linkId"] for item in shift["item"]]
    assert {"linkId": "shift", "text": "哪一班"}.items() <= shift["item"][0].items()


def test_a_response_that_was_kept_evaluates_to_the_same(policy, cases):
    version, told = version_of(policy, "medicine_storage"), cases("medicine_storage")
    for case in told["cases"][:3]:
        items = response_items(version.items, merged(told["base"], case.get("change")))
        kept = json.loads(json.dumps(plain(response(version, items, on=ON, authored_at=AT))))["item"]
        before, after = Evaluation(version, items, ON), Evaluation(version, kept, ON)
        numbers = [{f.path: one.number_of(f) for f in one.every() if f.item.calculated} for one in (before, after)]
        assert numbers[0] == numbers[1]
        assert findings(version, items, ON) == findings(version, kept, ON)


def test_a_finding_carries_its_note_and_its_photographs(policy):
    version = version_of(policy, "medicine_storage")
    items = response_items(
        version.items,
        {"zones": {
            "pending_zone": "no", "passed_zone": "yes", "failed_zone": "yes", "off_the_floor": "yes",
            "pending_zone_note": "黄线被货物遮住",
            "pending_zone_photographs": [{"url": "/attachments/7"}, {"url": "/attachments/8"}],
        }},
    )  # fmt: skip
    (found,) = findings(version, items, ON)
    assert (found.link_id, found.severity, found.days) == ("pending_zone", "minor", 15)
    assert (found.note, found.photographs) == ("黄线被货物遮住", ("/attachments/7", "/attachments/8"))
    assert found.sentence.zh == "未设黄色待验（退货）区"
