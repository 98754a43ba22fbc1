"""Money, periods, identifiers, codes and errors."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigongti.foundation.codes import in_category_range, normalise_code
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.identifiers import (
    is_organisation_code,
    organisation_check_place,
    read_resident_number,
    resident_check_place,
)
from yigongti.foundation.money import distribute, to_fen
from yigongti.foundation.period import Month, Quarter, completed_years

weights = st.dictionaries(st.integers(0, 50), st.decimals("0", "1000", places=4), min_size=1, max_size=20).filter(
    lambda found: sum(found.values()) > 0
)


def test_half_a_fen_is_rounded_away_from_zero():
    assert [to_fen(Decimal(text)) for text in ("0.005", "-0.005", "0.0149")] == [
        Decimal("0.01"),
        Decimal("-0.01"),
        Decimal("0.01"),
    ]


@given(st.integers(-(10**9), 10**9).map(lambda fens: Decimal(fens) / 100), weights)
def test_a_distribution_hands_out_exactly_the_pool(pool, shares):
    assert sum(distribute(pool, shares).values()) == pool


@given(st.integers(0, 10**9).map(lambda fens: Decimal(fens) / 100), weights)
def test_no_share_is_a_fen_or_more_away_from_its_proportion(pool, shares):
    total = sum(shares.values())
    for key, share in distribute(pool, shares).items():
        assert abs(share - pool * shares[key] / total) < Decimal("0.0100001")


def test_the_last_fen_goes_to_the_first_of_equals():
    assert distribute(Decimal("1.00"), {"a": Decimal(1), "b": Decimal(1), "c": Decimal(1)}) == {
        "a": Decimal("0.34"),
        "b": Decimal("0.33"),
        "c": Decimal("0.33"),
    }


def test_a_pool_without_anybody_to_take_it_is_refused():
    with pytest.raises(ValueError, match="nobody"):
        distribute(Decimal(1), {"a": Decimal(0)})


@given(st.integers(1950, 2900), st.integers(1, 12), st.integers(-300, 300))
def test_a_month_moved_and_moved_back_is_itself(year, number, months):
    assert Month(year, number).plus(months).plus(-months) == Month(year, number)


def test_a_month_knows_its_days_and_its_text():
    october = Month.parse("2026-10")
    assert (october.first_day, october.last_day) == (date(2026, 10, 1), date(2026, 10, 31))
    assert date(2026, 10, 31) in october and date(2026, 11, 1) not in october
    assert (str(october), october.in_language("zh"), october.in_language("en")) == (
        "2026-10",
        "2026年10月",
        "October 2026",
    )


def test_a_quarter_has_three_months():
    assert [str(month) for month in Quarter.parse("2026-Q4").months] == ["2026-10", "2026-11", "2026-12"]


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "", "2026/10", "0000-01"])
def test_what_is_not_a_month_is_refused_in_words(text):
    with pytest.raises(InvalidInput):
        Month.parse(text)


def test_a_birthday_on_the_leap_day_is_reached_on_the_first_of_march():
    assert completed_years(date(2024, 2, 29), date(2025, 2, 28)) == 0
    assert completed_years(date(2024, 2, 29), date(2025, 3, 1)) == 1


def test_a_resident_number_tells_birth_date_and_sex():
    first = "00000019800229001"
    assert read_resident_number("1" + first[1:] + resident_check_place("1" + first[1:])).sex == "1"


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_in_a_resident_number_is_found(place, shift):
    first = "99000019850615123"
    number = first + resident_check_place(first)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert read_resident_number(wrong) is None


def test_a_resident_number_with_an_impossible_date_is_refused():
    first = "99000019850230123"
    assert read_resident_number(first + resident_check_place(first)) is None


def test_an_organisation_code_is_held_by_its_check_place():
    code = "12345678-" + organisation_check_place("12345678")
    assert is_organisation_code(code)
    assert not is_organisation_code("12345679" + code[8:])


def test_a_code_is_written_as_dictionaries_write_it():
    assert normalise_code(" i10.X00Ｘ002 ") == "I10.x00x002"


def test_a_category_lies_within_its_range_both_ends_included():
    assert in_category_range("O99.800", "O00", "O99")
    assert not in_category_range("P00.000", "O00", "O99")
