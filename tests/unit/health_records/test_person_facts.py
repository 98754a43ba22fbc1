"""What a person's page makes of a record: follow-ups, timeline, lists, first line. (Reading: tests/unit/records.)"""

from datetime import date
from decimal import Decimal

import pytest

from invented_person import Story, invented_record
from yigongti.kernel.records.reading.facts import Fact, Record
from yigongti.kernel.records.reading.results import results_of
from yigongti.systems.health_records.person import timeline
from yigongti.systems.health_records.person.forms import answers_of
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


def test_what_was_entered_in_error_is_no_fact():
    mistaken = {**STORY.pressure(1, 300, 200), "status": "entered-in-error"}
    assert summary(mistaken).results == []


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
    said = [(one.question, one.said) for one in answers_of(told)]
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
    (found,) = results_of(facts(STORY.pressure(1, systolic, diastolic)))
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
