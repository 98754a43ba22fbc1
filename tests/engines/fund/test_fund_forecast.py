"""The chain ladder against the triangle that Mack published, and what it does where nothing can be estimated."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yigongti.engines.fund.public import ForecastRules, LateAmount, build_triangle, climb, forecast_year
from yigongti.foundation.period import Month

RULES = ForecastRules(Decimal("0.95"), 4, 12)
START = Month(2025, 1)
# Taylor and Ashe's triangle, as printed in T. Mack, ASTIN Bulletin 23 (1993), not cumulated
PUBLISHED = """
357848 766940 610542 482940 527326 574398 146342 139950 227229 67948
352118 884021 933894 1183289 445745 320996 527804 266172 425046
290507 1001799 926219 1016654 750816 146923 495992 280405
310608 1108250 776189 1562400 272482 352053 206286
443160 693190 991983 769488 504851 470639
396132 937085 847498 805037 705960
440832 847631 1131398 1063269
359480 1061648 1443370
376686 986608
344014
"""


def amounts(rows: list[list[str]], start: Month = START) -> list[LateAmount]:
    return [
        LateAmount(start.plus(row), start.plus(row + column), Decimal(amount))
        for row, line in enumerate(rows)
        for column, amount in enumerate(line)
    ]


MACK = amounts([line.split() for line in PUBLISHED.split("\n") if line])


@pytest.fixture(scope="module")
def ladder():
    return climb(build_triangle(MACK, START.plus(9), 12), 4)


def test_what_is_to_come_is_what_mack_published(ladder):
    assert round(sum(month.outstanding for month in ladder.months)) == 18_680_856


def test_the_standard_error_of_the_sum_is_what_mack_published(ladder):
    assert round(ladder.error_of(ladder.triangle.months)) == 2_447_095


def test_the_standard_errors_of_single_rows_are_what_mack_published(ladder):
    published = [0, 76, 122, 134, 261, 411, 558, 875, 971, 1363]
    assert [round(month.error / 1000) for month in ladder.months] == published


def test_an_old_month_is_complete_and_a_new_one_is_not(ladder):
    assert ladder.months[0].completeness == 1
    assert ladder.months[-1].completeness == Decimal("0.069221")


def test_two_months_show_no_spread_and_the_answer_says_so():
    found = forecast_year(amounts([["100.00", "10.00"], ["100.00"]]), START.plus(1), replace(RULES, least_months=2))
    assert found.late == Decimal("10.00")
    assert (found.low, found.high) == (None, None)
    assert "只有 1 个月可看" in found.cannot[0].zh


def test_with_the_year_before_the_months_to_come_follow_its_season():
    # everything is settled at once; winters cost double, and this year costs half as much again
    cost = {number: 200 if number in (1, 2, 12) else 100 for number in range(1, 13)}
    known = [
        LateAmount(month, month, Decimal(cost[month.number])) for month in (START.plus(step) for step in range(12))
    ]
    known += [
        LateAmount(month, month, Decimal(cost[month.number]) * 3 / 2) for month in (Month(2026, 1), Month(2026, 2))
    ]
    found = forecast_year(known, Month(2026, 2), RULES)
    assert found.method == "seasonal"
    assert found.expected == Decimal(1500 * 3 / 2)
    assert found.months[11].expected == Decimal("300.00")


def test_the_interval_lies_around_what_is_expected_and_above_what_is_settled():
    found = forecast_year(MACK, START.plus(9), RULES)
    assert found.settled < found.low < found.expected < found.high
    wider = forecast_year(MACK, START.plus(9), replace(RULES, level=Decimal("0.99")))
    assert wider.low < found.low < found.high < wider.high


def test_care_whose_first_settlements_are_not_known_is_left_out_of_the_triangle():
    known = [*MACK, LateAmount(START.plus(-3), START, Decimal("99.00"))]
    assert build_triangle(known, START.plus(9), 12) == build_triangle(MACK, START.plus(9), 12)


def test_settlements_after_the_day_of_looking_are_not_looked_at():
    late = [each for each in MACK if each.settled <= START.plus(5)]
    assert forecast_year(MACK, START.plus(5), RULES) == forecast_year(late, START.plus(5), RULES)


def test_a_month_that_was_taken_back_whole_cannot_be_estimated():
    rows = [["100.00", "-100.00"], ["50.00", "10.00"], ["50.00", "10.00"], ["50.00"]]
    found = forecast_year(amounts(rows), START.plus(3), RULES)
    assert found.expected is None
    assert "2025-01" in found.cannot[0].zh


@settings(max_examples=40, deadline=None)
@given(st.data(), st.integers(4, 8))
def test_the_parts_of_a_forecast_add_up(data, months):
    cell = st.integers(1, 10**9).map(lambda fen: str(fen / Decimal(100)))
    rows = [[data.draw(cell) for _ in range(months - row)] for row in range(months)]
    found = forecast_year(amounts(rows), START.plus(months - 1), RULES)
    assert found.expected == found.settled + found.late + found.coming
    assert found.expected == sum(month.expected for month in found.months)
    assert found.late >= 0
    assert all(0 < month.completeness <= 1 for month in found.months[:months])
