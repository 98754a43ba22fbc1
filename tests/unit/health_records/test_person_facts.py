"""What a person's page works out of FHIR resources: results, problems, allergies, medicines, timeline, first line."""

from datetime import date
from decimal import Decimal

import pytest
from invented_person import Story, invented_record

from yigongti.systems.health_records.person import care, conditions, medicines, results, timeline
from yigongti.systems.health_records.person.elements import when
from yigongti.systems.health_records.person.facts import Fact, Record
from yigongti.systems.health_records.person.lists import KINDS
from yigongti.systems.health_records.person.outline import outline
from yigongti.systems.health_records.person.sentence import Targets, age_in_words, is_met
from yigongti.systems.health_records.person.summary import summarise

TODAY = date(2026, 11, 25)
TARGETS = Targets(Decimal(140), Decimal(90), Decimal("7.0"), Decimal("7.0"))
STORY = Story(TODAY)


def facts(*resources):
    return [Fact(resource, "演示卫生室") for resource in resources]


def summary(*resources, **changes):
    told = {"name": "王某", "sex": "male", "age": "67 years", "targets": TARGETS, "today": TODAY}
    return summarise(Record.of(facts(*resources)), **{**told, **changes})


def half(days, code, value):
    return STORY.result(days, code, "血压", value, "mmHg")


# ---- days


@pytest.mark.parametrize(
    ("text", "day", "shown"),
    [
        ("2026", date(2026, 1, 1), "2026"),
        ("2026-03", date(2026, 3, 1), "2026-03"),
        ("2026-03-09", date(2026, 3, 9), "2026-03-09"),
        ("2026-03-09T23:30:00Z", date(2026, 3, 10), "2026-03-10 07:30"),
    ],
)
def test_a_moment_is_read_as_exactly_as_it_was_written_and_shown_in_the_countys_time(text, day, shown):
    assert (when(text).day, when(text).text) == (day, shown)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-40", None, 7, "20260309"])
def test_what_is_no_moment_is_never(text):
    assert not when(text).is_known


# ---- results


def test_systolic_and_diastolic_of_one_observation_are_one_result():
    (found,) = results.results_of(facts(STORY.pressure(1, 152, 94)))
    assert (found.value, found.unit, found.number, found.diastolic) == ("152/94", "mmHg", 152, 94)


def test_two_observations_of_one_moment_are_one_blood_pressure():
    (found,) = results.results_of(facts(half(3, "8480-6", "148"), half(3, "8462-4", "88")))
    assert found.value == "148/88"


def test_half_a_blood_pressure_stays_a_result_of_its_own():
    (found,) = results.results_of(facts(half(3, "8480-6", "148")))
    assert (found.value, found.key) == ("148", "http://loinc.org|8480-6")


def test_a_value_keeps_every_digit_that_was_measured():
    (found,) = results.results_of(facts(STORY.result(1, "2093-3", "总胆固醇", "5.20", "mmol/L")))
    assert found.value == "5.20"


@pytest.mark.parametrize(("value", "flag"), [("3.8", "low"), ("3.9", "normal"), ("6.1", "normal"), ("6.2", "high")])
def test_a_value_at_the_end_of_its_range_is_normal_and_one_beyond_is_not(value, flag):
    (found,) = results.results_of(facts(STORY.result(1, "1558-6", "空腹血糖", value, "mmol/L", "3.9", "6.1")))
    assert (found.flag, found.range) == (flag, "3.9–6.1")


def test_the_laboratorys_own_judgement_goes_before_the_range():
    told = STORY.result(1, "1558-6", "空腹血糖", "9.0", "mmol/L", "3.9", "6.1")
    told["interpretation"] = [{"coding": [{"code": "N"}]}]
    (found,) = results.results_of(facts(told))
    assert found.flag == "normal"


def test_results_outside_their_range_stand_first_among_the_latest():
    found = results.latest(
        results.results_of(
            facts(
                STORY.result(1, "2160-0", "血肌酐", "80", "µmol/L", "57", "111"),
                STORY.result(90, "718-7", "血红蛋白", "100", "g/L", "130", "175"),
                STORY.result(200, "718-7", "血红蛋白", "140", "g/L", "130", "175"),
            )
        )
    )
    assert [(one.name, one.value) for one in found] == [("血红蛋白", "100"), ("血肌酐", "80")]


def test_a_course_needs_two_points_of_one_unit_within_the_months():
    told = facts(
        STORY.result(10, "a", "甲", "1", "g"),
        STORY.result(40, "a", "甲", "2", "g"),
        STORY.result(50, "a", "甲", "2000", "mg"),
        STORY.result(10, "b", "乙", "1", "g"),
        STORY.result(900, "b", "乙", "1", "g"),
    )
    (course,) = results.courses(results.results_of(told), date(2025, 11, 1))
    assert (course.name, [point.value for point in course.points]) == ("甲", ["2", "1"])


def test_what_was_entered_in_error_is_no_fact():
    mistaken = {**STORY.pressure(1, 300, 200), "status": "entered-in-error"}
    assert summary(mistaken).results == []


# ---- problems and allergies


def test_a_diagnosis_written_down_three_times_is_one_problem_since_its_first_day():
    told = [STORY.condition(days, "I10", "高血压", "") for days in (10, 400, 900)]
    (found,) = conditions.problems_of(facts(*told))
    assert (found.times, found.since.text, found.is_current) == (3, STORY.ago(900), False)


def test_a_resolved_problem_that_came_back_is_current():
    told = [STORY.condition(400, "J45", "哮喘", "resolved"), STORY.condition(10, "J45", "哮喘", "active")]
    (found,) = conditions.problems_of(facts(*told))
    assert found.is_current


def test_a_known_allergy_outweighs_a_statement_that_there_is_none():
    none = STORY.made("AllergyIntolerance", code={"coding": [{"code": "716186003"}]}, recordedDate=STORY.ago(3))
    known = STORY.made("AllergyIntolerance", code={"text": "青霉素"}, criticality="high")
    found = conditions.allergies_of(facts(none, known))
    assert ([one.name for one in found.known], found.none_said) == (["青霉素"], None)


def test_a_statement_of_no_allergy_is_kept_apart_from_silence():
    none = STORY.made("AllergyIntolerance", code={"coding": [{"code": "716186003"}]}, recordedDate=STORY.ago(3))
    assert conditions.allergies_of(facts(none)).none_said is not None
    assert conditions.allergies_of([]).none_said is None


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
    (found,) = medicines.medicines_of(facts(given), TODAY)
    assert found.is_in_use is in_use


def test_what_was_handed_out_later_prolongs_the_order():
    handed = STORY.made(
        "MedicationDispense", status="completed", whenHandedOver=STORY.ago(5), daysSupply={"value": 30, "unit": "d"},
        medicationCodeableConcept={"text": "氨氯地平"},
    )  # fmt: skip
    (found,) = medicines.medicines_of(facts(order(60, "氨氯地平", lasts=30), handed), TODAY)
    assert (found.is_in_use, found.until) == (True, date(2026, 12, 20))


# ---- follow-ups, timeline, lists


def test_answers_within_groups_and_below_answers_are_read_in_the_forms_order():
    told = STORY.made(
        "QuestionnaireResponse",
        item=[
            {"text": "吸烟", "answer": [{"valueBoolean": True, "item": [
                {"text": "每日支数", "answer": [{"valueQuantity": {"value": 10, "unit": "支"}}]}
            ]}]},
            {"linkId": "g", "item": [{"text": "饮酒", "answer": [{"valueCoding": {"display": "从不"}}]}]},
        ],
    )  # fmt: skip
    said = [(one.question, one.said) for one in care.answers_of(told)]
    assert said == [("吸烟", "yes"), ("每日支数", "10 支"), ("饮酒", "从不")]


def test_the_timeline_runs_from_new_to_old_and_can_be_narrowed():
    record = Record.of(facts(*invented_record(TODAY)))
    events = timeline.events_of(record)
    assert [event.when for event in events] == sorted((event.when for event in events), reverse=True)
    assert {event.kind for event in timeline.chosen(events, "admission", "")} == {"admission"}
    assert timeline.chosen(events, "", "another place") == []
    assert [year.number for year in timeline.by_year(events)] == [2026, 2025, 2021, 2018]


@pytest.mark.parametrize("kind", KINDS)
def test_every_list_makes_rows_that_have_all_its_columns(kind):
    record = Record.of(facts(*invented_record(TODAY)))
    names = {"title", "day", "institution", "type", "fhir_id", *(name for name, _l, _k in KINDS[kind].columns)}
    assert all(names <= row.keys() for row in KINDS[kind].rows(record, TODAY))


def test_a_record_that_was_read_in_part_says_so():
    record = Record.of(facts(STORY.pressure(1, 120, 80)), {"Observation": 240})
    assert record.is_cut("Observation") and record.total("Observation") == 240


# ---- the first line


def test_the_first_line_answers_who_what_where_and_how_well():
    said = summary(*invented_record(TODAY)).sentence
    assert said.startswith("王某, male, 67 years, 高血压 and 2 型糖尿病; last admitted on 13/9 to 示范县人民医院; ")
    assert "Blood pressure last 152/94, target not met" in said


def test_only_the_newest_of_each_measure_is_said_to_meet_its_target():
    said = summary(STORY.pressure(1, 130, 80), STORY.pressure(60, 190, 110)).sentence
    assert said == "王某, male, 67 years; Blood pressure last 130/80, target met."


def test_somebody_who_lies_in_hospital_is_said_to_lie_there():
    stay = STORY.made(
        "Encounter", status="in-progress", **{"class": {"code": "IMP"}}, period={"start": STORY.ago(2)},
        serviceProvider={"display": "县医院"},
    )  # fmt: skip
    assert "in 县医院 since 23/11" in summary(stay).sentence


@pytest.mark.parametrize(
    ("systolic", "diastolic", "met"), [(139, 89, True), (140, 89, False), (139, 90, False), (152, 94, False)]
)
def test_blood_pressure_meets_its_target_only_below_both_values(systolic, diastolic, met):
    (found,) = results.results_of(facts(STORY.pressure(1, systolic, diastolic)))
    assert is_met(found, TARGETS) is met


@pytest.mark.parametrize(
    ("born", "said"),
    [
        (date(1959, 11, 25), "67 years"),
        (date(1959, 11, 26), "66 years"),
        (date(2025, 1, 1), "22 months"),
        (date(2026, 11, 20), "5 days old"),
        (None, ""),
    ],
)
def test_ages_are_said_in_years_of_infants_in_months_of_newborns_in_days(born, said):
    assert age_in_words(born, TODAY) == said


# ---- whatever is sent


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": "Observation"},
        {"resourceType": "Observation", "code": [], "valueQuantity": {"value": "7"}},
        {"resourceType": "Condition", "code": {"coding": [{}]}},
        {"resourceType": "Encounter", "class": "IMP", "period": {"start": "gestern"}},
        {"resourceType": "MedicationRequest", "dosageInstruction": [{"doseAndRate": [{}]}]},
        {"resourceType": "QuestionnaireResponse", "item": [{"answer": [{}]}]},
        {"resourceType": "AllergyIntolerance", "reaction": [{}]},
        {"resourceType": "DiagnosticReport", "presentedForm": [{}]},
        {"resourceType": "FamilyMemberHistory", "condition": [{}]},
    ],
    ids=lambda resource: resource["resourceType"],
)
def test_a_resource_without_what_a_page_wants_is_shown_as_far_as_it_goes(resource):
    made = summary({"id": "1", **resource})
    assert made.sentence.startswith("王某")
    assert all(isinstance(kind.rows(made.record, TODAY), list) for kind in KINDS.values())
    assert isinstance(outline(resource), list)
