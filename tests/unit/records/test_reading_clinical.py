"""Problems, allergies, medicines, visits and documents as they are read."""

from datetime import date

import pytest

from invented_person import Story
from yigongti.kernel.records.reading.care import documents_of, visits_of
from yigongti.kernel.records.reading.conditions import allergies_of, problems_of
from yigongti.kernel.records.reading.facts import Fact
from yigongti.kernel.records.reading.medicines import medicine_name, medicines_of

TODAY = date(2026, 11, 25)
STORY = Story(TODAY)


def facts(*resources):
    return [Fact(resource, "演示卫生室") for resource in resources]


# ---- problems and allergies


def test_a_diagnosis_written_down_three_times_is_one_problem_since_its_first_day():
    told = [STORY.condition(days, "I10", "高血压", "") for days in (10, 400, 900)]
    (found,) = problems_of(facts(*told))
    assert (found.times, found.since.text, found.is_current) == (3, STORY.ago(900), False)


def test_a_resolved_problem_that_came_back_is_current():
    told = [STORY.condition(400, "J45", "哮喘", "resolved"), STORY.condition(10, "J45", "哮喘", "active")]
    (found,) = problems_of(facts(*told))
    assert found.is_current


def test_a_known_allergy_outweighs_a_statement_that_there_is_none():
    none = STORY.made("AllergyIntolerance", code={"coding": [{"code": "716186003"}]}, recordedDate=STORY.ago(3))
    known = STORY.made("AllergyIntolerance", code={"text": "青霉素"}, criticality="high")
    found = allergies_of(facts(none, known))
    assert ([one.name for one in found.known], found.none_said) == (["青霉素"], None)


def test_a_statement_of_no_allergy_is_kept_apart_from_silence():
    none = STORY.made("AllergyIntolerance", code={"coding": [{"code": "716186003"}]}, recordedDate=STORY.ago(3))
    assert allergies_of(facts(none)).none_said is not None
    assert allergies_of([]).none_said is None


def test_problems_that_hold_stand_before_those_that_are_over():
    told = [STORY.condition(10, "J18", "肺炎", "resolved"), STORY.condition(900, "I10", "高血压", "active")]
    assert [(one.name, one.is_current, one.is_over) for one in problems_of(facts(*told))] == [
        ("高血压", True, False),
        ("肺炎", False, True),
    ]


@pytest.mark.parametrize(
    ("category", "of_visits"), [("encounter-diagnosis", True), ("problem-list-item", False), ("", False)]
)
def test_a_diagnosis_that_only_visits_named_is_told_apart(category, of_visits):
    at_visit = {"category": [{"coding": [{"code": "encounter-diagnosis"}]}]}
    told = [
        {**STORY.condition(400, "I10", "高血压", ""), **at_visit},
        {**STORY.condition(10, "I10", "高血压", ""), "category": [{"coding": [{"code": category}]}]},
    ]
    (found,) = problems_of(facts(*told))
    assert found.is_of_visits is of_visits


def test_grave_allergies_stand_first():
    mild = STORY.made("AllergyIntolerance", code={"text": "花粉"})
    grave = STORY.made("AllergyIntolerance", code={"text": "青霉素"}, criticality="high")
    assert [one.name for one in allergies_of(facts(mild, grave)).known] == ["青霉素", "花粉"]


# ---- medicines


def order(days, name, status="active", lasts=0):
    more = {"dispenseRequest": {"expectedSupplyDuration": {"value": lasts, "unit": "d"}}} if lasts else {}
    return STORY.made(
        "MedicationRequest", status=status, authoredOn=STORY.ago(days), medicationCodeableConcept={"text": name}, **more
    )


@pytest.mark.parametrize(
    ("given", "in_use"),
    [
        (order(20, "氨氯地平"), True),
        (order(20, "氨氯地平", lasts=20), True),
        (order(20, "氨氯地平", lasts=19), False),
        (order(20, "氨氯地平", status="completed"), False),
        (order(20, "氨氯地平", status="stopped"), False),
    ],
)
def test_a_medicine_is_in_use_while_it_is_ordered_and_there_is_some(given, in_use):
    (found,) = medicines_of(facts(given), TODAY)
    assert found.is_in_use is in_use


def test_what_was_handed_out_later_prolongs_the_order():
    handed = STORY.made(
        "MedicationDispense", status="completed", whenHandedOver=STORY.ago(5), daysSupply={"value": 30, "unit": "d"},
        medicationCodeableConcept={"text": "氨氯地平"},
    )  # fmt: skip
    (found,) = medicines_of(facts(order(60, "氨氯地平", lasts=30), handed), TODAY)
    assert (found.is_in_use, found.until) == (True, date(2026, 12, 20))


def test_a_dose_without_words_is_put_together():
    given = {
        **order(1, "氨氯地平片"),
        "dosageInstruction": [{
            "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
            "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg"}}],
        }],
    }  # fmt: skip
    (found,) = medicines_of(facts(given), TODAY)
    assert found.dose == "5 mg 1 times every 1 d"


def test_a_cancelled_order_was_never_taken():
    (found,) = medicines_of(facts(order(1, "氨氯地平片", status="cancelled")), TODAY)
    assert (found.is_in_use, found.was_taken) == (False, False)


def test_a_medicine_that_is_sent_along_is_named():
    inside = {"resourceType": "Medication", "id": "m", "code": {"text": "阿司匹林"}}
    assert medicine_name({"medicationReference": {"reference": "#m"}, "contained": [inside]}) == "阿司匹林"


# ---- visits and documents


def stay(**more):
    return STORY.made("Encounter", status="finished", **{"class": {"code": "IMP", "display": "inpatient"}}, **more)


def test_a_stay_names_the_conditions_it_was_for():
    pneumonia = STORY.condition(10, "J18", "肺炎")
    told = stay(diagnosis=[{"condition": {"reference": f"Condition/{name}"}} for name in (pneumonia["id"], "none")])
    (found,) = visits_of(facts(told), facts(pneumonia))
    assert (found.type, found.reason, found.code, found.is_admission) == ("", "肺炎", "IMP", True)


def test_a_stay_that_names_no_place_was_where_it_was_written():
    (found,) = visits_of(facts(stay()))
    assert found.place == "演示卫生室"


def test_a_cancelled_visit_is_none():
    assert visits_of(facts({**stay(), "status": "cancelled"})) == []


def test_a_document_that_another_replaced_is_left_out():
    def document(status):
        about = {"type": {"text": "出院小结"}, "description": "第二次住院"}
        return {**STORY.made("DocumentReference", status=status), **about}

    (found,) = documents_of(facts(document("superseded"), document("current")))
    assert (found.kind, found.title) == ("出院小结", "第二次住院")
