"""The cube and its formulas say of invented rows what the reference says of them, value by value."""

from hypothesis import HealthCheck, Phase, given, settings

from engines.measures.invented_rows import MONTHS, SUBJECTS, expected, facts, submitted, tables
from engines.measures.small_book import BOOK
from yigongti.engines.measures.book import Reporting
from yigongti.engines.measures.formulas import values_of
from yigongti.engines.measures.reference import reckon
from yigongti.engines.measures.table import make_apart, make_cube, replace_in_cube
from yigongti.foundation.period import Month, Quarter, Year

PERIODS = [Month(2026, 1), Month(2026, 2), Quarter(2026, 1), Year(2026)]
slowly = settings(  # not made smaller when it fails: each try asks the database, and that took five minutes
    max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.reuse, Phase.generate)
)


def by_table(rows, reporting):
    made = tables(rows)
    return values_of(
        BOOK, make_cube(made, BOOK), make_apart(made, BOOK, SUBJECTS, PERIODS), SUBJECTS, PERIODS, reporting
    )


@given(facts, expected, submitted)
@slowly
def test_every_value_of_the_table_is_that_of_the_reference(rows, owed, sent):
    reporting = Reporting(owed, sent)
    subjects = {each.code: each for each in SUBJECTS}
    periods = {str(each): each for each in PERIODS}
    found = by_table(rows, reporting)
    assert len(found) > 300
    for value in found:
        measure = BOOK.measures[value.measure]
        answer = reckon(measure, subjects[value.subject], periods[value.period], rows, BOOK, reporting)
        assert value == answer.value


@given(facts, facts)
@slowly
def test_an_institution_that_submits_again_replaces_only_its_own_cells(before, after):
    rows = {
        name: [row for row in before[name] if row["institution_code"] != "T1"]
        + [row for row in after[name] if row["institution_code"] == "T1"]
        for name in before
    }
    part = make_cube(tables(rows), BOOK, institutions={"T1"}, months=MONTHS)
    again = replace_in_cube(make_cube(tables(before), BOOK), part, list(rows), {"T1"}, MONTHS)

    def cells(cube):
        return sorted(map(repr, cube.to_pylist()))

    assert cells(again) == cells(make_cube(tables(rows), BOOK))


def test_without_rows_there_is_no_value():
    rows = {"discharges": [], "visits": [], "returns": []}
    found = by_table(rows, Reporting())
    assert {each.state.value for each in found} == {"no_data", "list_not_maintained"}
