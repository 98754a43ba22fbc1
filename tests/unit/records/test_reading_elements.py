"""Words, days, numbers and units of FHIR elements as people read them."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from yigongti.kernel.records.reading.elements import amount, shown, unit_of, words
from yigongti.kernel.records.reading.moments import NEVER, moment


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("2026", "2026年", "2026"),
        ("2026-10", "2026年10月", "2026-10"),
        ("2026-10-03", "2026年10月3日", "2026-10-03"),
        ("2026-10-03T23:30:00Z", "2026年10月4日 07:30", "2026-10-04 07:30"),
    ],
)
def test_a_date_is_said_as_far_as_it_is_known(text, zh, en):
    assert (moment(text).in_language("zh-hans"), moment(text).in_language("en")) == (zh, en)


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
    assert (moment(text).day, moment(text).text) == (day, shown)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01", "20260309", None, 7, "2026-02-30", "2026-10-03T99:00:00Z"]
)
def test_what_is_no_date_is_none(text):
    assert moment(text) is NEVER and not moment(text)


@pytest.mark.parametrize(
    ("number", "said"), [("7.80", "7.80"), ("159.9544", "159.95"), ("0.012345", "0.0123"), ("12000", "12000")]
)
def test_a_number_keeps_the_digits_that_count(number, said):
    assert shown(Decimal(number)) == said


@pytest.mark.parametrize(
    ("machine", "people"), [("10*9/L", "10⁹/L"), ("mm[Hg]", "mmHg"), ("{score}", ""), ("umol/L", "µmol/L")]
)
def test_a_unit_is_written_for_people(machine, people):
    assert unit_of({"unit": machine}) == people


def test_each_reader_gets_the_name_in_the_own_language_where_there_is_one():
    glucose = {"coding": [{"system": "http://loinc.org", "code": "2345-7", "display": "Glucose"}], "text": "空腹血糖"}
    with translation.override("zh-hans"):
        assert words(glucose) == "空腹血糖"
    with translation.override("en"):
        assert words(glucose) == "Glucose"


def test_a_value_below_what_can_be_measured_keeps_its_sign():
    assert amount({"value": Decimal("0.5"), "comparator": "<", "unit": "mg/L"}) == "< 0.5 mg/L"


def test_several_reasons_are_all_named():
    assert words([{"text": "发热"}, {"text": "咳嗽"}]) == "发热、咳嗽"
