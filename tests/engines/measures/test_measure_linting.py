"""What is wrong between the files of measures is refused, each with a code that stays and what is missing by name."""

from __future__ import annotations

from datetime import date

import pytest
from made_definitions import definitions, refused

from yigongti.engines.measures.public import lint

SHARE, COSTS, EACH = (f"measures/set/{name}.yaml" for name in ("colds_share", "cost_of_visit", "visits_each"))
DEATHS, MINUTES, LEVEL = (f"measures/set/{n}.yaml" for n in ("early_deaths", "minutes_spent", "level_of_records"))
FILTERS, COUNTS, RETURNS = "measures/filters/visits.yaml", "measures/counts/visits.yaml", "measures/counts/returns.yaml"
TARGET, VITAL, SETS = "targets/colds_30.yaml", "returns/vital.yaml", "measures/sets.yaml"
DEAR = "measures/set/dear_colds.yaml"
BESIDE = "    ratio: {numerator: visit_costs, denominator: visits}\n    source: invented\n  - from"


def test_files_that_fit_are_not_refused() -> None:
    assert lint(definitions()) == ()


@pytest.mark.parametrize(
    ("path", "old", "new", "code", "names"),
    [
        (COUNTS, "fact: visits", "fact: journeys", "fact_missing", "journeys"),
        (FILTERS, "fact: visits", "fact: journeys", "fact_missing", "journeys"),
        (FILTERS, "column: care_setting, is", "column: care_place, is", "column_missing", "care_place"),
        (COUNTS, "column: total_cost", "column: cost", "column_missing", "cost"),
        (RETURNS, "item: vital.deaths", "item: vital.burials", "item_missing", "vital.burials"),
        (LEVEL, "vital.level", "vital.grade", "item_missing", "vital.grade"),
        (FILTERS, "codeset: colds", "codeset: coughs", "codeset_missing", "coughs"),
        (SHARE, "numerator: colds_online", "numerator: coughs_online", "count_missing", "coughs_online"),
        (COUNTS, "where: [cold_online]", "where: [cough_online]", "filter_missing", "cough_online"),
        (FILTERS, 'is: "5"', 'is: "7"', "value_unknown", "7"),
        (FILTERS, "diagnoses, any_in: {codeset: colds}", "diagnoses, is: J00", "test_does_not_fit", "diagnoses"),
        (FILTERS, 'care_setting, is: "5"', 'care_setting, any_in: ["5"]', "test_does_not_fit", "care_setting"),
        (COUNTS, "column: total_cost", "column: sex", "column_not_a_number", "sex"),
        (RETURNS, "over: sum", "over: last", "stock_or_flow", "vital.deaths"),
        (RETURNS, "over: last, item: vital.residents}", "over: sum, item: vital.residents}", "stock_or_flow", "vital"),
        (VITAL, "kind: flow, breakdown: age", "kind: flow", "item_without_breakdown", "vital.deaths"),
        (COUNTS, "unit: yuan, over: sum", "unit: visit, over: sum", "units_do_not_fit", "visit"),
        (RETURNS, "unit: person, over: sum", "unit: yuan, over: sum", "units_do_not_fit", "yuan"),
        (COUNTS, "unit: visit, over: rows}", "unit: journey, over: rows}", "units_do_not_fit", "journey"),
        (COSTS, BESIDE, BESIDE.replace("visit_costs,", "[visit_costs, visits],"), "units_do_not_fit", "added"),
        (EACH, "times: 1000", "times: 1000, share: true", "units_do_not_fit", "whole"),
        (EACH, "times: 1000", "times: 100", "units_do_not_fit", "100"),
        (EACH, "unit: visits_per_1000", "unit: percent", "units_do_not_fit", "percent"),
        (EACH, "unit: visits_per_1000", "unit: furlong", "units_do_not_fit", "furlong"),
        (MINUTES, "unit: minute", "unit: yuan", "units_do_not_fit", "minute"),
        (COUNTS, "over: median", "over: sum", "units_do_not_fit", "no median"),
        (DEATHS, "residents_by_age", "residents", "units_do_not_fit", "age"),
        (SHARE, "ratio: {numerator: colds_online, denominator: visits, times: 100, share: true}",
         "growth: {of: {amount: {of: colds_online}}, times: 1}", "units_do_not_fit", "growth"),
        (LEVEL, "unit: level", "unit: person", "units_do_not_fit", "level"),
        (COSTS, "to: 2024-12-31", "to: 2024-11-30", "versions_gap", "2024-11-30"),
        (COSTS, "to: 2024-12-31", "to: 2025-02-28", "versions_overlap", "2025-01-01"),
        (COSTS, 'printed: "2.2-1"', 'printed: "1"', "number_twice", "colds_share"),
        (COSTS, 'printed: "2.2-1"', 'printed: "2.2"', "number_twice", "visits_each"),
        (COSTS, 'printed: "2.2-1"', 'printed: "9"', "number_unknown", "9"),
        (COSTS, "{printed:", "{painted:", "set_unknown", "painted"),
        (SETS, '"2.2"]', '"2.2", "3"]', "number_without_measure", "3"),
        (COUNTS, "  visit_costs:", "  more: {label: {zh: 多, en: More}, unit: visit, over: rows}\n  visit_costs:",
         "count_unused", "more"),
        (DEAR, "numerator: visit_costs, denominator: visits", "numerator: visits, denominator: visits",
         "units_do_not_fit", "held against"),
        (COUNTS, ", where: [cold_online]", "", "filter_unused", "cold_online"),
        (SHARE, "better: higher", "better: more_complete", "more_complete_is_graded", "graded"),
        (TARGET, "measure: colds_share", "measure: coughs_share", "measure_missing", "coughs_share"),
        (TARGET, "measure: colds_share", "measure: minutes_spent", "target_period", "year"),
        (TARGET, "subject_kind: county", "subject_kind: community", "target_grain", "community"),
        (TARGET, "at: least", "at: most", "target_direction", "most"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_name(path: str, old: str, new: str, code: str, names: str) -> None:
    told = [each for each in refused(path, old, new) if each.code == f"measures.{code}"]
    assert told, f"not refused: {code}"
    assert any(names in each.text.en for each in told) and all(each.text.zh for each in told)


def test_a_refusal_says_in_which_file_it_is() -> None:
    (told,) = refused(COSTS, "to: 2024-12-31", "to: 2024-11-30")
    assert told.where == COSTS


def test_a_list_that_a_county_has_yet_to_import_is_not_refused() -> None:
    assert "colds" in definitions().awaited and not lint(definitions())


def test_a_target_in_the_past_is_told_once_the_day_is_given() -> None:
    (told,) = lint(definitions(), date(2027, 1, 1))
    assert told.code == "measures.target_past"
