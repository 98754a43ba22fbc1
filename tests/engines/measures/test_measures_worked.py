"""Worked cases: figures that offices printed come out again, early deaths by hand, and what is said instead of 0."""

import csv
import math
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest

from engines.measures.invented_rows import tables
from engines.measures.small_book import BOOK, count_of, measure_of, ratio
from yigongti.engines.measures.book import Book, Reporting
from yigongti.engines.measures.definitions import (
    Amount,
    Grain,
    Growth,
    Over,
    ProbabilityOverAges,
    State,
    Terms,
    Version,
)
from yigongti.engines.measures.formulas import values_of
from yigongti.engines.measures.reference import reckon
from yigongti.engines.measures.subjects import Subject
from yigongti.engines.measures.table import make_apart, make_cube
from yigongti.foundation.errors import NotFound
from yigongti.foundation.period import Month, Year

COUNTY = Subject("county", Grain.COUNTY, frozenset({"X"}))
NAMES = ("above", "below", "more")
SUMS = {name: count_of(name, Over.SUM, fact="returns", unit="person", item=name) for name in NAMES}


def returned(item, value, month="2018-12", institution="X", breakdown=""):
    return {
        "institution_code": institution,
        "month": month,
        "item": item,
        "breakdown": breakdown,
        "value": Decimal(str(value)),
    }


def told_both_ways(formula, rows, period, counts=SUMS, subject=COUNTY):
    """The value by the reference; the cube must say the same."""
    book = Book({"figure": measure_of("figure", formula, start=date(2000, 1, 1))}, counts)
    facts = {"returns": rows}
    value = reckon(book.measures["figure"], subject, period, facts, book).value
    made = tables(facts)
    apart = make_apart(made, book, [subject], [period])
    assert values_of(book, make_cube(made, book), apart, [subject], [period]) == [value]
    return value


SHARE, EACH, TIMES_300 = ratio("above", "below"), ratio("above", "below", 1), Amount(Terms(("above",)), Decimal(300))
SUM, LESS = Amount(Terms(("above", "more"))), Amount(Terms(("below",), ("above",)))
GROWTH = Growth(Amount(Terms(("above",))))
# "Implied": the page prints no denominator; it is the nearest whole number that gives the percentage.
FIGURES = {  # what → formula, the item's values (of growth: of the year before), year, printed
    "records per resident (建档率)": (SHARE, {"above": 595_000, "below": 614_000}, 2012, "96.9%"),
    "latrines rebuilt (改厕完成率)": (SHARE, {"above": 19_265, "below": 20_000}, 2012, "96.33%"),
    "standard village clinics (标准化村卫生室)": (SHARE, {"above": 70, "below": 70}, 2012, "100%"),
    "contracts signed (签约覆盖率)": (SHARE, {"above": 118_577, "below": 319_615}, 2018, "37.1%"),  # implied
    "key groups signed (重点人群签约)": (SHARE, {"above": 68_441, "below": 112_567}, 2018, "60.8%"),  # implied
    "disabled people signed (残疾人签约)": (SHARE, {"above": 2330, "below": 2912}, 2018, "80%"),
    "subsidy for disabled people signed (yuan)": (EACH, {"above": 139_800, "below": 2330}, 2018, "60"),
    "rural scheme income (yuan) at 300 a head": (TIMES_300, {"above": 524_797}, 2012, "157439100"),
    "average benefit (yuan a visit)": (EACH, {"above": 140_186_400, "below": 322_784}, 2012, "434.30"),
    "benefits paid January-May (10k yuan) outpatient + inpatient": (
        SUM,
        {"above": "31.76", "more": "890.21"},
        2006,
        "921.97",
    ),
    "people paid January-May outpatient + inpatient": (SUM, {"above": 61_102, "more": 8_982}, 2006, "70084"),
    "business income growth county hospital (10k yuan)": (GROWTH, {"above": "745.7", "before": 570}, 2007, "+30.8%"),
    "business income growth township (10k yuan)": (GROWTH, {"above": 153, "before": 90}, 2007, "+70%"),
    "posts filled of posts approved": (LESS, {"above": 405, "below": 446}, 2020, "41 vacant"),
    "check-ups done as a share of those due": (SHARE, {"above": 98_543, "below": 432_206}, 2006, "22.8%"),  # implied
}


@pytest.mark.parametrize("what", FIGURES)
def test_a_printed_figure_comes_out_again(what):
    formula, items, year, printed = FIGURES[what]
    rows = [
        returned("above" if item == "before" else item, value, f"{year - (item == 'before')}-12")
        for item, value in items.items()
    ]
    number = printed.strip("+%").removesuffix(" vacant")
    value = told_both_ways(formula, rows, Year(year)).value
    assert value.quantize(Decimal(1).scaleb(Decimal(number).as_tuple().exponent), ROUND_HALF_UP) == Decimal(number)


@pytest.mark.shared_data
def test_no_printed_figure_is_left_out(shared_data):
    with (shared_data.parent / "domain" / "figures.csv").open(encoding="utf-8", newline="") as rows:
        assert {row["what"]: row["printed"] for row in csv.DictReader(rows)} == {
            what: figure[3] for what, figure in FIGURES.items()
        }


AGES = tuple(f"{first}-{first + 4}" for first in range(30, 70, 5))
DEATHS = (20, 35, 60, 110, 190, 320, 480, 700)
PEOPLE = (40_000, 42_000, 45_000, 47_000, 44_000, 38_000, 31_000, 26_000)
BY_AGE = {
    "deaths": count_of("deaths", Over.SUM, fact="returns", unit="death", item="deaths", by="breakdown"),
    "people": count_of("people", Over.LAST, fact="returns", unit="person", item="people", by="breakdown"),
}
EARLY = ProbabilityOverAges("deaths", "people", AGES)


def of_ages(deaths=DEATHS, people=PEOPLE):
    rows = [returned("deaths", n, "2026-12", breakdown=age) for age, n in zip(AGES, deaths, strict=True)]
    return rows + [returned("people", n, "2026-12", breakdown=age) for age, n in zip(AGES, people, strict=True)]


def test_premature_mortality_by_hand():
    """Standards 2.1, 5.2: m = deaths ÷ people, q = 5m ÷ (1 + 2.5m), 1 − Π(1 − q) over the eight ages from 30 to 69."""
    survival = 1.0
    for died, living in zip(DEATHS, PEOPLE, strict=True):
        m = died / living
        survival *= 1 - 5 * m / (1 + 2.5 * m)
    value = told_both_ways(EARLY, of_ages(), Year(2026), BY_AGE)
    assert float(value.value) == pytest.approx(100 * (1 - survival), abs=1e-6)
    assert value.value.quantize(Decimal("0.01")) == Decimal("25.99")
    assert (value.numerator, value.denominator) == (sum(DEATHS), sum(PEOPLE))


def test_the_interval_of_premature_mortality_is_that_of_the_logarithm_of_survival():
    value = told_both_ways(EARLY, of_ages(), Year(2026), BY_AGE)
    qs = [5 * d / p / (1 + 2.5 * d / p) for d, p in zip(DEATHS, PEOPLE, strict=True)]
    width = 1.959964 * math.sqrt(sum(q * q / ((1 - q) * d) for q, d in zip(qs, DEATHS, strict=True)))
    survival = math.prod(1 - q for q in qs)
    expected = [100 * (1 - survival * math.exp(sign * width)) for sign in (1, -1)]
    assert [float(value.low), float(value.high)] == pytest.approx(expected, abs=1e-4)


def test_deaths_of_a_month_are_taken_for_a_year():
    month = told_both_ways(EARLY, of_ages(), Month(2026, 12), BY_AGE)
    year = told_both_ways(EARLY, of_ages([12 * n for n in DEATHS]), Year(2026), BY_AGE)
    assert month.value == year.value


def test_an_age_without_people_leaves_no_probability():
    value = told_both_ways(EARLY, of_ages(people=(*PEOPLE[:-1], 0)), Year(2026), BY_AGE)
    assert (value.state, value.missing, value.value) == (State.NOT_APPLICABLE, ("class: 65-69",), None)


def test_a_denominator_of_0_is_not_0_percent():
    value = told_both_ways(SHARE, [returned("above", 3), returned("below", 0)], Year(2018))
    assert (value.state, value.value, value.denominator) == (State.NOT_APPLICABLE, None, 0)


def test_what_was_not_reported_is_named():
    value = told_both_ways(SHARE, [returned("above", 3)], Year(2018))
    assert (value.state, value.missing) == (State.NO_DATA, ("returns: below",))


def test_a_list_that_nobody_maintains_is_named():
    answer = reckon(BOOK.measures["share_unmaintained"], COUNTY, Month(2026, 1), {}, BOOK)
    assert (answer.value.state, answer.value.missing) == (State.LIST_NOT_MAINTAINED, ("codeset: nobody_keeps_it",))


def test_who_does_not_owe_a_return_has_no_such_measure():
    reporting = Reporting({"returns": frozenset({"somebody else"})})
    book = Book({"figure": measure_of("figure", SHARE)}, SUMS)
    value = reckon(book.measures["figure"], COUNTY, Year(2026), {}, book, reporting).value
    assert (value.state, value.missing) == (State.NOT_APPLICABLE, ())


def test_few_cases_keep_their_number_and_are_marked():
    measure = BOOK.measures["died_of_operated"]
    page = {"institution_code": "X", "month": "2026-01", "procedures": ["51.2"], "disposition": "5"}
    value = reckon(measure, COUNTY, Month(2026, 1), {"discharges": [page]}, BOOK).value
    assert (value.state, value.value, value.denominator) == (State.TOO_FEW, 100, 1)


def test_completeness_is_of_institutions_and_months():
    reporting = Reporting({"returns": frozenset({"X", "Y"})})
    subject = replace(COUNTY, institutions=frozenset({"X", "Y"}))
    rows = [returned("above", 1, f"2026-{month:02d}") for month in range(1, 7)]
    book = Book({"figure": measure_of("figure", Amount(Terms(("above",))))}, SUMS)
    value = reckon(book.measures["figure"], subject, Year(2026), {"returns": rows}, book, reporting).value
    assert (value.value, value.completeness) == (6, Decimal("0.25"))


def test_a_definition_changed_in_mid_year_counts_from_its_first_day():
    old = measure_of("figure", SHARE)
    new = Version(date(2026, 7, 1), EACH, "invented")
    book = Book({"figure": replace(old, versions=(*old.versions, new))}, SUMS)
    rows = [returned(item, 2, f"2026-{month}") for item in ("above", "below") for month in ("06", "07")]
    values = [
        reckon(book.measures["figure"], COUNTY, Month(2026, month), {"returns": rows}, book).value for month in (6, 7)
    ]
    assert [(value.value, value.version_from) for value in values] == [(100, date(2020, 1, 1)), (1, date(2026, 7, 1))]


def test_before_its_first_version_a_measure_has_no_value():
    with pytest.raises(NotFound):
        reckon(BOOK.measures["from_march"], COUNTY, Month(2026, 2), {}, BOOK)


def test_the_trace_tells_the_counts_behind_the_value():
    book = Book({"figure": measure_of("figure", SHARE)}, SUMS)
    rows = {"returns": [returned("above", 1, "2026-01"), returned("below", 4, "2026-01")]}
    trace = reckon(book.measures["figure"], COUNTY, Month(2026, 1), rows, book).trace
    assert [step.evidence[0] for step in trace.named("count")] == ["above = 1", "below = 4"]
    assert trace.named("value")[0].said.zh == "结果 25（有值）"
