"""The language of the rules: what it reads, what it refuses, and that nothing but PolicyError ever comes out."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_pages import clean_page

from yigongti.engines.record_quality.evaluation import answer
from yigongti.engines.record_quality.language import columns_of, parse_condition
from yigongti.engines.record_quality.pages import read_page
from yigongti.foundation.errors import PolicyError

_WORDS = [
    "any",
    "no",
    "every",
    "where",
    "in",
    "category",
    "codeset",
    "starts",
    "with",
    "matches",
    "is",
    "not",
    "empty",
    "filled",
    "valid",
    "and",
    "or",
    "(",
    ")",
    "{",
    "}",
    ",",
    "+",
    "-",
    "*",
    "=",
    "!=",
    "<=",
    "O00-O99",
    "J18",
    '"1"',
    '"[0-9]+"',
    "7",
    "0.01",
    "sex",
    "age_years",
    "diagnoses",
    "procedure_dates",
    "birth_date",
    "admitted_at",
    "principal",
    "total",
    "adding_fees",
    "day",
    "first",
    "count",
    "years_between",
    "unknown_word",
]


def _says(text: str, **changes: object) -> bool | None:
    return answer(parse_condition(text, {}), read_page(clean_page(**changes)))


@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(_WORDS), max_size=25).map(" ".join)))
@settings(max_examples=600, deadline=None)
def test_any_text_is_a_condition_or_a_policy_error(text: str) -> None:
    try:
        condition = parse_condition(text, {}, "somewhere.yaml")
    except PolicyError as error:
        assert error.text.zh and error.text.en and error.where == "somewhere.yaml"
    else:
        assert columns_of(condition) is not None


@given(st.integers(1, 400))
def test_deep_nesting_is_refused_with_a_sentence(depth: int) -> None:
    text = "(" * depth + 'sex = "1"' + ")" * depth
    if depth < 20:
        assert columns_of(parse_condition(text, {})) == ("sex",)
    else:
        with pytest.raises(PolicyError):
            parse_condition(text, {})


@pytest.mark.parametrize(
    "text",
    [
        "sex > 3",
        'sex < "2"',
        "age_years = birth_date",
        "birth_date <= admitted_at",
        "first(sex) = 1",
        "sex in category X",
        "any sex = 1",
        "any diagnoses where (any procedures is filled)",
        'phone matches "(a+)+"',
        'phone matches "\\d"',
        'phone matches "[0-9"',
        "sex in codeset nowhere",
        'sex in {"1", ""}',
        "principal in category O99-O00",
        "diagnoses = 1",
        "total(sex) > 1",
        "nothing is filled",
        "sex is",
        "",
        "sex = '1'",
        "day(birth_date) = birth_date",
        "a" * 3000,
    ],
)
def test_what_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_condition(text, {})
    assert caught.value.code == "record_quality.condition_wrong"


def test_an_error_points_at_the_word() -> None:
    with pytest.raises(PolicyError, match=r"character 7 \(nothing\)"):
        parse_condition("sex = nothing", {})


def test_a_dash_is_empty() -> None:
    assert _says("phone is empty", phone="-") is True


def test_what_is_asked_of_an_empty_value_is_unknown() -> None:
    assert _says("age_years > 5", age_years=None) is None


def test_unknown_and_no_is_no() -> None:
    assert _says('age_years > 5 and sex = "2"', age_years=None, sex="1") is False


def test_not_unknown_is_unknown() -> None:
    assert _says("not age_years > 5", age_years=None) is None


def test_and_binds_stronger_than_or() -> None:
    assert _says('sex = "1" or sex = "2" and sex = "9"', sex="1") is True


def test_every_looks_at_filled_positions_only() -> None:
    assert _says('every diagnoses matches "[A-Z][0-9.x]*"', diagnoses=["J18.900", "", None]) is True


def test_where_reads_the_lists_side_by_side() -> None:
    text = "every procedures where (procedure_dates is filled)"
    assert _says(text, procedures=["47.0100", "51.2300"], procedure_dates=[date(2026, 10, 9)]) is False


def test_a_list_shorter_than_its_neighbour_reads_as_empty() -> None:
    assert (
        _says("any procedures where (procedure_surgeons is empty)", procedures=["1"], procedure_surgeons=None) is True
    )


def test_the_day_of_an_instant_is_the_day_in_china() -> None:
    assert _says("discharged_on = admitted_on", discharged_at=clean_page()["admitted_at"]) is True
