"""Files of measures are read whole or refused with a code, both languages and the place of the mistake."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from made_definitions import FILES, definitions

from yigongti.engines.measures.definitions import Over, Quotient, Ratio, Terms
from yigongti.foundation.errors import NotFound, PolicyError

SHARE, COSTS = "measures/set/colds_share.yaml", "measures/set/cost_of_visit.yaml"
FILTERS, COUNTS, DEATHS = (
    "measures/filters/visits.yaml",
    "measures/counts/visits.yaml",
    "measures/set/early_deaths.yaml",
)
TARGET, UNITS, FACTS = "targets/colds_30.yaml", "measures/units.yaml", "measures/facts.yaml"


def test_a_ratio_is_read_with_its_counts_and_what_it_is_multiplied_by() -> None:
    (version,) = definitions().measure("colds_share").versions
    assert version.formula == Ratio(Terms(("colds_online",)), Terms(("visits",)), Decimal(100), is_share=True)


def test_what_is_taken_away_is_told_apart_from_what_is_added() -> None:
    made = definitions(COSTS, "{numerator: visit_costs,", "{numerator: {plus: [visit_costs], minus: [visit_costs]},")
    formula = made.measure("cost_of_visit").versions[0].formula
    assert isinstance(formula, Ratio) and formula.numerator == Terms(("visit_costs",), ("visit_costs",))


def test_a_quotient_holds_one_ratio_against_another() -> None:
    (version,) = definitions().measure("dear_colds").versions
    of = Ratio(Terms(("visit_costs",)), Terms(("colds_online",)))
    assert version.formula == Quotient(of, Ratio(Terms(("visit_costs",)), Terms(("visits",))), Decimal(100))


def test_a_filter_holds_the_conditions_of_the_filters_that_it_names() -> None:
    where = definitions().filters["cold_online"].where
    assert [(each.column, each.codeset) for each in where.all_of] == [("diagnoses", "colds"), ("care_setting", "")]


def test_a_filter_knows_the_lists_that_it_needs() -> None:
    assert definitions().filters["cold_online"].needs_codesets == ("colds",)


def test_two_groups_of_alternatives_must_both_hold() -> None:
    first, second = '[{column: sex, is: "1"}]', '[{column: sex, is: "2"}]'
    both = f"[{{any_of: [{first}]}}, {{any_of: [{first}, {second}]}}]"
    where = definitions(FILTERS, '[{column: care_setting, is: "5"}]', both)
    read = where.filters["online"].where
    assert len(read.any_of) == 1 and len(read.none_of) == 1 and len(read.none_of[0].none_of) == 2


def test_a_stock_is_a_count_that_does_not_add_up() -> None:
    count = definitions().counts["residents"]
    assert (count.over, count.item, count.adds_up) == (Over.LAST, "vital.residents", False)


def test_a_version_that_ended_is_not_in_force() -> None:
    made = definitions(COSTS, "from: 2025-01-01", "from: 2026-01-01")
    assert made.measure("cost_of_visit").version_on(date(2025, 6, 1)) is None


def test_a_set_is_told_in_its_printed_order() -> None:
    assert [each.id for each in definitions().of_set("printed")] == ["colds_share", "cost_of_visit", "visits_each"]


def test_an_unknown_set_is_told_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="printed"):
        definitions().of_set("other")


def test_an_unknown_measure_is_not_found() -> None:
    with pytest.raises(NotFound, match="no measure other"):
        definitions().measure("other")


def test_other_words_are_another_digest() -> None:
    assert definitions().digest != definitions(SHARE, "For show", "For all").digest


@pytest.mark.parametrize(
    ("path", "old", "new", "code"),
    [
        (SHARE, "better: higher", "better: higher\ncolour: red", "keys"),
        (SHARE, "unit: percent\n", "", "keys"),
        (SHARE, ", en: Colds online}", "}", "text_incomplete"),
        (SHARE, "en: For show", "en: ''", "text_incomplete"),
        (SHARE, "better: higher", "better: up", "value_not_allowed"),
        (SHARE, "better: higher", "better: higher\nsystem: S28", "value_not_allowed"),
        (SHARE, "[institution, county]", "[ward]", "value_not_allowed"),
        (SHARE, "[institution, county]", "county", "not_a_list"),
        (SHARE, "[institution, county]", "[]", "list_empty"),
        (SHARE, "id: colds_share", "id: colds", "measure_id"),
        (SHARE, "source: invented", "source: heard", "source_unknown"),
        (SHARE, "from: 2024-01-01", "from: 2024", "day_not_readable"),
        (SHARE, "times: 100", "times: many", "not_a_number"),
        (SHARE, "times: 100", "times: 0", "times_not_positive"),
        (SHARE, "share: true", "share: perhaps", "value_not_allowed"),
        (SHARE, "    ratio: {n", "    amount: {of: visits}\n    ratio: {n", "formula_kinds"),
        (SHARE, "numerator: colds_online", "numerator: []", "list_empty"),
        (SHARE, "    source: invented", "    minimum: -1\n    source: invented", "not_whole"),
        (SHARE, "    source: invented", "    to: 2023-01-01\n    source: invented", "end_before_start"),
        (SHARE, "ratio: {numerator: colds_online, denominator: visits, times: 100, share: true}",
         "growth: {of: {median: {of: visits}}}", "growth_of"),
        (COSTS, "from: 2025-01-01", "from: 2024-01-01", "versions_overlap"),
        (DEATHS, '["30", "35"]', '["30", "40"]', "ages_not_joined"),
        (FILTERS, "{column: care_setting, is: ", "{filter: cold_online}, {column: care_setting, is: ", "circle"),
        (FILTERS, "{filter: online}", "{filter: none}", "filter_missing"),
        (FILTERS, '{column: care_setting, is: "5"}', "{column: care_setting}", "condition_tests"),
        (FILTERS, 'is: "5"', 'is: ["5"]', "condition_values"),
        (FILTERS, 'is: "5"', "is: {codeset: colds}", "codeset_test"),
        (FILTERS, '[{column: care_setting, is: "5"}]', "[]", "where_not_a_list"),
        (FILTERS, 'column: care_setting, is: "5"', "column: total_cost, above: much", "not_a_number"),
        (FILTERS, 'column: care_setting, is: "5"', "column: visited_on, above: yesterday", "day_not_readable"),
        (COUNTS, "over: sum, column: total_cost", "over: sum", "count_of_what"),
        (COUNTS, "over: sum, column: total_cost", "over: most, column: total_cost", "value_not_allowed"),
        (UNITS, "of: [yuan, visit]", "of: [yuan]", "unit_of"),
        (FACTS, "minutes: {kind", "sex: {kind", "column_twice"),
        (FACTS, "schema: visits", "schema: journeys", "value_not_allowed"),
        (TARGET, 'period: "2026"', 'period: "2026-01"', "period_not_readable"),
        (TARGET, '  - {period: "2026", value: 30}', '  - {value: 30}\n  - {value: 40}', "line_twice"),
        (TARGET, "at: least", "at: about", "value_not_allowed"),
        (TARGET, "to: 2026-12-31", "to: 2025-12-31", "end_before_start"),
        (TARGET, "id: colds_30", "id: colds", "target_id"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_file_is_refused_with_its_place(path: str, old: str, new: str, code: str) -> None:
    with pytest.raises(PolicyError) as caught:
        definitions(path, old, new)
    assert caught.value.code == f"measures.{code}" and caught.value.where.startswith(path)


def test_the_same_count_in_two_files_is_refused_with_both_places() -> None:
    with pytest.raises(PolicyError, match=r"measures.name_twice.*counts/visits.yaml") as caught:
        definitions(measures__counts__visits2=FILES[COUNTS])
    assert caught.value.where == "measures/counts/visits2.yaml visits"


def test_a_missing_file_of_units_is_named() -> None:
    from yigongti.engines.measures.public import read_definitions
    from yigongti.foundation.policy import Document, read_yaml

    facts = Document("measures/facts.yaml", read_yaml(FILES[FACTS], FACTS), "")
    with pytest.raises(PolicyError, match=r"measures/units.yaml is missing"):
        read_definitions({"measures": [facts], "returns": [], "targets": [], "codesets": []}, ())
