"""Results as they are read: values, ranges and marks, blood pressures, panels; their courses; reports."""

from datetime import date

import pytest

from invented_person import Story
from yigongti.kernel.records.reading.courses import courses_of, latest, measured_twice
from yigongti.kernel.records.reading.facts import Fact
from yigongti.kernel.records.reading.reports import reports_of
from yigongti.kernel.records.reading.results import PRESSURE_KEY, results_of, singly

STORY = Story(date(2026, 11, 25))


def facts(*resources):
    return [Fact(resource) for resource in resources]


def half(days, code, value):
    return STORY.result(days, code, "血压", value, "mmHg")


def glucose(value, days=1):
    return STORY.result(days, "1558-6", "空腹血糖", value, "mmol/L", "3.9", "6.1")


def test_systolic_and_diastolic_of_one_observation_are_one_result():
    (found,) = results_of(facts(STORY.pressure(1, 152, 94)))
    assert (found.value, found.unit, found.number, found.diastolic) == ("152/94", "mmHg", 152, 94)


def test_two_observations_of_one_moment_are_one_blood_pressure():
    (found,) = results_of(facts(half(3, "8480-6", "148"), half(3, "8462-4", "88")))
    assert found.value == "148/88"


def test_half_a_blood_pressure_stays_a_result_of_its_own():
    (found,) = results_of(facts(half(3, "8480-6", "148")))
    assert (found.value, found.key) == ("148", "http://loinc.org|8480-6")


def test_a_value_keeps_every_digit_that_was_measured():
    (found,) = results_of(facts(STORY.result(1, "2093-3", "总胆固醇", "5.20", "mmol/L")))
    assert found.value == "5.20"


@pytest.mark.parametrize(("value", "mark"), [("3.8", "low"), ("3.9", "normal"), ("6.1", "normal"), ("6.2", "high")])
def test_a_value_at_the_end_of_its_range_is_normal_and_one_beyond_is_not(value, mark):
    (found,) = results_of(facts(STORY.result(1, "1558-6", "空腹血糖", value, "mmol/L", "3.9", "6.1")))
    assert (found.mark, found.range) == (mark, "3.9–6.1")


def test_the_laboratorys_own_judgement_goes_before_the_range():
    told = STORY.result(1, "1558-6", "空腹血糖", "9.0", "mmol/L", "3.9", "6.1")
    told["interpretation"] = [{"coding": [{"code": "N"}]}]
    (found,) = results_of(facts(told))
    assert found.mark == "normal"


def test_results_outside_their_range_stand_first_among_the_latest():
    found = latest(
        results_of(
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
    (course,) = measured_twice(results_of(told), date(2025, 11, 1))
    assert (course.name, [point.value for point in course.points]) == ("甲", ["2", "1"])


def test_a_result_far_beyond_its_range_is_marked_so():
    told = {**glucose("5.0"), "interpretation": [{"coding": [{"code": "HH"}]}]}
    (found,) = results_of(facts(told))
    assert (found.mark, found.flag) == ("very_high", "high")


def test_without_range_and_interpretation_there_is_no_mark():
    (found,) = results_of(facts(STORY.result(1, "1558-6", "空腹血糖", "50", "mmol/L")))
    assert found.mark == ""


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "registered"])
def test_a_result_that_does_not_hold_is_left_out(status):
    assert results_of(facts({**glucose("5.0"), "status": status})) == []


def test_a_value_only_known_to_lie_below_a_number_says_so():
    told = glucose("5.0")
    told["valueQuantity"]["comparator"] = "<"
    (found,) = results_of(facts(told))
    assert found.said == "< 5.0 mmol/L"


def test_a_pressure_whose_parts_have_no_codes_is_a_pressure_all_the_same():
    told = STORY.pressure(1, 152, 94)
    for part, name in zip(told["component"], ("收缩压", "舒张压"), strict=True):
        part["code"] = {"text": name}
    (found,) = results_of(facts(told))
    assert (found.key, found.said) == (PRESSURE_KEY, "152/94 mmHg")


def test_a_pressure_is_as_unusual_as_its_worst_half():
    told = STORY.pressure(1, 152, 84)
    told["component"][0]["referenceRange"] = [{"high": {"value": 139}}]
    (found,) = results_of(facts(told))
    assert found.mark == "high"


def panel():
    parts = [
        {"code": {"text": name}, "valueQuantity": {"value": value, "unit": "mmol/L"}}
        for name, value in (("甘油三酯", 1.4), ("胆固醇", 5.2))
    ]
    return STORY.made("Observation", code={"text": "血脂"}, effectiveDateTime=STORY.ago(1), component=parts)


def test_a_panel_says_its_parts_with_their_names():
    (found,) = results_of(facts(panel()))
    assert found.value == "甘油三酯 1.4 mmol/L；胆固醇 5.2 mmol/L"


def test_a_panel_can_be_taken_apart():
    assert [one.name for one in singly(results_of(facts(panel())))] == ["甘油三酯", "胆固醇"]


# ---- courses


def test_the_two_pressures_are_one_course_and_two_lines():
    told = facts(STORY.pressure(60, 128, 80), STORY.pressure(30, 150, 88))
    (course,) = courses_of(results_of(told))
    assert course.newest.said == "150/88 mmHg"
    assert [[point.number for point in line] for line in course.lines] == [[128, 150], [80, 88]]


def test_values_in_another_unit_are_not_drawn_into_the_same_line():
    other = STORY.result(300, "1558-6", "空腹血糖", "90", "mg/dL")
    (course,) = courses_of(results_of(facts(glucose("5.0", 10), other, glucose("5.2", 90))))
    assert [point.value for point in course.lines[0]] == ["5.2", "5.0"]


# ---- reports


def test_a_report_counts_its_unusual_results():
    one = glucose("7.8")
    report = STORY.made(
        "DiagnosticReport", status="final", code={"text": "生化"}, result=[{"reference": f"Observation/{one['id']}"}]
    )
    (found,) = reports_of(facts(report), facts(one))
    assert (found.name, found.unusual, found.results[0].name) == ("生化", 1, "空腹血糖")
