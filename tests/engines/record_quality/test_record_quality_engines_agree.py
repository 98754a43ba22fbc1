"""The reading of one page in Python and the table of many in Ibis say the same, whatever the pages hold."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import ibis
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from invented_pages import (
    arrow_table,
    at,
    clean_page,
    resident_number,
    with_operation,
)

from yigongti.engines.record_quality.evaluation import answer
from yigongti.engines.record_quality.expressions import Compiler, normalised
from yigongti.engines.record_quality.language import Kind, columns_of, parse_condition
from yigongti.engines.record_quality.pages import read_page
from yigongti.engines.record_quality.public import (
    RuleBook,
    flag_table,
    judge_case,
    judge_table,
    score_table,
    suggest_table,
)
from yigongti.engines.record_quality.vocabulary import COLUMNS

ON = date(2026, 10, 31)
# no shrinking: an example takes seconds, and the assertion names the page and the rule by itself
_UNHURRIED = settings(
    deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.reuse, Phase.generate)
)

_CODES = ["1", "2", "3", "4", "5", "6", "9", "0", "99", "01", "03", "x", "", "-", None, "2/1", "1/甲"]
_DIAGNOSES = [
    "J18.900",
    "O80.900",
    "O82.000",
    "Z37.000",
    "P07.300",
    "S06.000",
    "I10.x00x002",
    "I11.900",
    "C34.900",
    "N40.x00",
    "V01.000",
    "M80000/3",
    "B95.600",
    "E10.900",
    "E11.900",
    "Z38.000",
    "",
    None,
    "R50",
    "n20",
    "K35.8",
]
_PROCEDURES = [
    "47.0100",
    "51.2300",
    "74.1x00",
    "96.7201",
    "99.0400",
    "60.2100",
    "68.4100",
    "81.5100",
    "",
    None,
    "7",
    "39.9500",
]
_DAYS = [
    date(2026, 10, 1),
    date(2026, 10, 8),
    date(2026, 10, 9),
    date(2026, 10, 15),
    date(2026, 10, 16),
    date(2024, 2, 29),
    date(2025, 10, 9),
    date(1970, 5, 1),
    date(2030, 1, 1),
    date(1890, 1, 1),
    None,
]
_INSTANTS = [
    at("2026-10-08"),
    at("2026-10-07", 17),
    at("2026-10-15"),
    at("2026-10-15", 15),
    at("2026-10-16"),
    dt.datetime(2026, 10, 15, 15, 59, 59, 999999, dt.UTC),
    at("2025-02-28", 16),
    None,
]
_NUMBERS = [0, 1, 2, 7, 8, 28, 29, 56, 121, 365, 400, 3200, 20001, -1, None]
_AMOUNTS = [
    Decimal("0.00"),
    Decimal("0.01"),
    Decimal("1000.00"),
    Decimal("1000.01"),
    Decimal("1000.02"),
    Decimal("-5.00"),
    Decimal("300.00"),
    None,
]
_RESIDENTS = [
    resident_number(date(1970, 5, 1), "1"),
    resident_number(date(1970, 5, 1), "2"),
    "990000197005010014",
    "990000197002300011",
    "990000000005010011",
    "99000019700501001x",
    "12",
    "",
    "９90000197005010015",
    None,
]


def _values(column: str) -> list[Any]:
    if column in ("institution_code", "case_id"):
        return []
    if column == "resident_number":
        return _RESIDENTS
    kind = COLUMNS[column]
    if column in ("diagnoses", "outpatient_diagnosis", "external_cause", "pathology_code"):
        return _DIAGNOSES
    if column == "procedures":
        return _PROCEDURES
    if kind is Kind.NUMBER:
        money = column.startswith(("fee_", "settlement_")) or column in ("total_cost", "self_paid")
        return _AMOUNTS if money and column != "fee_lines_count" else _NUMBERS
    return {Kind.DAY: _DAYS, Kind.INSTANT: _INSTANTS, Kind.DAYS: _DAYS}.get(kind, _CODES)


@st.composite
def _pages(draw: st.DrawFn) -> dict[str, Any]:
    page = draw(st.sampled_from([clean_page, with_operation]))()
    changeable = [column for column in COLUMNS if _values(column)]
    for column in draw(st.lists(st.sampled_from(changeable), max_size=14, unique=True)):
        value = st.sampled_from(_values(column))
        page[column] = draw(st.one_of(st.none(), st.lists(value, max_size=4)) if COLUMNS[column].is_list else value)
    return page


def _many() -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(_pages(), min_size=20, max_size=60).map(
        lambda pages: [{**page, "case_id": f"c{number}"} for number, page in enumerate(pages)]
    )


@pytest.mark.slow
@given(pages=_many())
@settings(_UNHURRIED, max_examples=8)
def test_both_engines_find_the_same_defects_scores_flags_and_suggestions(
    book: RuleBook, pages: list[dict[str, Any]]
) -> None:
    connection = ibis.duckdb.connect(threads=1)
    connection.con.register("given_pages", arrow_table(pages))
    table = connection.table("given_pages")
    judged = {page["case_id"]: judge_case(page, book, ON) for page in pages}
    defects = judge_table(table, book, connection, ON)
    found = {(row["case_id"], row["rule"], row["deducts"]) for row in defects.to_pyarrow().to_pylist()}
    expected = {(case, f.rule.id, f.deducts) for case, said in judged.items() for f in said.findings}
    assert sorted(found ^ expected) == []
    scores = score_table(table, defects, book).to_pyarrow().to_pylist()
    assert {
        row["case_id"]: (row["score"], row["grade"], row["passes"], row["complete"], row["defects"]) for row in scores
    } == {
        case: (said.score, said.grade, said.passes, said.complete, len(said.findings)) for case, said in judged.items()
    }
    flags = flag_table(table, book).to_pyarrow().to_pylist()
    assert {row["case_id"]: tuple(flag.id for flag in book.flags if row[flag.id]) for row in flags} == {
        case: said.flags for case, said in judged.items()
    }
    suggested = {(row["case_id"], row["suggestion"]) for row in suggest_table(table, book).to_pyarrow().to_pylist()}
    assert suggested == {(case, s.id) for case, said in judged.items() for s in said.suggestions}


_ATOMS = [
    'sex = "1"',
    'sex != "2"',
    "age_years > 28",
    "age_years + 2 <= length_of_stay_days * 3 - 1",
    "birth_date <= admitted_on",
    "discharged_at >= admitted_at",
    "days_of_stay >= 1",
    "years_between(birth_date, admitted_on) < 18",
    "age_in_days <= 28",
    "principal in category O00-O99, J18",
    'principal starts with "J", "K35"',
    "diagnoses is empty",
    "procedures is not empty",
    "resident_number is valid",
    "resident_number is not valid",
    "birth_date_in(resident_number) = birth_date",
    "sex_in(resident_number) = sex",
    'phone matches "[0-9]{7,12}"',
    "length(name) >= 2",
    "name is filled",
    'blood_type in {"1", "2"}',
    'rh not in {"3"}',
    "count(diagnoses) = distinct(diagnoses)",
    "total(adding_fees) = total_cost",
    "total(fee_anaesthesia, fee_operation) <= total(fee_surgical)",
    "total_cost > 0.01",
    "greatest(1, days_of_stay) = 7",
    "any diagnoses in category O00-O99",
    "no diagnoses in category I10",
    'every diagnoses matches "[A-Z][0-9.x]+"',
    "every procedures where (procedure_dates is filled)",
    "any procedures in codeset minimally_invasive",
    "every procedure_dates where (procedure_dates >= admitted_on)",
    'first(admission_conditions) = "4"',
    'any procedure_anaesthesia where (procedure_anaesthesia != "99" and procedure_anaesthetists is empty)',
    'every procedures where (procedures in codeset non_operative_chapters or not procedure_levels in {"1", "2"})',
]
_CONDITIONS = st.recursive(
    st.sampled_from(_ATOMS),
    lambda below: st.one_of(
        below.map(lambda one: f"not ({one})"),
        st.tuples(below, below).map(lambda two: f"({two[0]}) and ({two[1]})"),
        st.tuples(below, below).map(lambda two: f"({two[0]}) or ({two[1]})"),
    ),
    max_leaves=5,
)


@pytest.mark.slow
@given(pages=_many(), texts=st.lists(_CONDITIONS, min_size=1, max_size=12))
@settings(_UNHURRIED, max_examples=25)
def test_both_engines_answer_any_condition_alike_unknown_included(
    book: RuleBook, pages: list[dict[str, Any]], texts: list[str]
) -> None:
    connection = ibis.duckdb.connect(threads=1)
    connection.con.register("given_pages", arrow_table(pages))
    conditions = [parse_condition(text, book.codesets) for text in texts]
    columns = dict.fromkeys(name for condition in conditions for name in columns_of(condition))
    compiler = Compiler(normalised(connection.table("given_pages"), columns, ("case_id",)), conditions)
    said = compiler.pages.select("case_id", **{f"a{n}": compiler.condition(c) for n, c in enumerate(conditions)})
    for row, page in zip(
        said.order_by("case_id").to_pyarrow().to_pylist(), sorted(pages, key=lambda p: p["case_id"]), strict=True
    ):
        for number, condition in enumerate(conditions):
            assert row[f"a{number}"] == answer(condition, read_page(page)), (texts[number], page)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_the_session_time_zone_has_no_say_in_the_day_of_an_instant(book: RuleBook, zone: str) -> None:
    only = replace(book, rules=(book.rule("stay_dates.length_of_stay"),))
    connection = ibis.duckdb.connect(threads=1)
    connection.raw_sql(f"SET TimeZone = '{zone}'")
    # 16:30 UTC is half past midnight of the next day in China
    pages = [clean_page(discharged_at=at("2026-10-14", 16) + dt.timedelta(minutes=30))]
    connection.con.register("given_pages", arrow_table(pages))
    assert judge_case(pages[0], only, ON).findings == ()
    assert judge_table(connection.table("given_pages"), only, connection, ON).to_pyarrow().num_rows == 0
