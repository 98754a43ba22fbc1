"""Institutions compared: drawn values, funnel limits, nobody ranked on few cases; changes split into their parts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigongti.engines.measures.comparing import Candidate, Draw, compare
from yigongti.engines.measures.decomposing import decompose
from yigongti.engines.measures.definitions import Better
from yigongti.engines.measures.intervals import byar, wilson
from yigongti.foundation.errors import InvalidInput

FOUR = [
    Candidate("large", Decimal(100), Decimal(1000)),
    Candidate("small", Decimal(3), Decimal(10)),
    Candidate("good", Decimal(10), Decimal(500)),
    Candidate("tiny", Decimal(2), Decimal(3)),
]


def compared(better=Better.LOWER, draw=Draw.SHARE):
    found = compare(FOUR, draw=draw, minimum=10, better=better, times=Decimal(100))
    return found, {each.subject: each for each in found.rows}


def test_nobody_is_ranked_on_three_cases():
    _, rows = compared()
    assert (rows["tiny"].rank, rows["tiny"].outside, rows["tiny"].has_enough) == (None, "", False)
    assert rows["tiny"].value == Decimal("66.666667")


def test_ranks_are_those_of_the_shrunken_values():
    _, rows = compared()
    assert [rows[name].rank for name in ("good", "large", "small")] == [1, 2, 3]
    _, rows = compared(Better.HIGHER)
    assert [rows[name].rank for name in ("small", "large", "good")] == [1, 2, 3]


def test_of_what_is_only_watched_nobody_is_ranked():
    _, rows = compared(Better.NEITHER)
    assert {each.rank for each in rows.values()} == {None}


def test_a_small_institution_is_drawn_further_than_a_large_one():
    found, rows = compared()
    assert rows["small"].weight < rows["good"].weight < rows["large"].weight
    assert found.mean < rows["small"].shrunken < rows["small"].value


def test_the_moments_by_hand():
    """Mean 113 ÷ 1510. Scatter ÷ 1510 less mean × (1 − mean) × 3 ÷ 1510."""
    found, rows = compared()
    mean = 113 / 1510
    scatter = 1000 * (0.1 - mean) ** 2 + 10 * (0.3 - mean) ** 2 + 500 * (0.02 - mean) ** 2
    between = scatter / 1510 - mean * (1 - mean) * 3 / 1510
    weight = between / (between + mean * (1 - mean) / 10)
    assert float(found.mean) == pytest.approx(mean * 100, abs=1e-6)
    assert float(rows["small"].shrunken) == pytest.approx((mean + weight * (0.3 - mean)) * 100, abs=1e-6)


def test_what_chance_explains_is_drawn_to_the_mean_altogether():
    alike = [Candidate(name, Decimal(10), Decimal(100)) for name in "abc"]
    found = compare(alike, draw=Draw.RATE, minimum=1, better=Better.LOWER)
    assert {(each.shrunken, each.weight, each.rank) for each in found.rows} == {(Decimal("0.1"), Decimal(0), 1)}


def test_the_funnel_narrows_with_the_denominator_and_tells_who_is_outside():
    _, rows = compared()
    assert rows["large"].high95 - rows["large"].low95 < rows["small"].high95 - rows["small"].low95
    assert [rows[name].outside for name in ("large", "small", "good")] == ["95", "95", "998"]
    assert rows["small"].low95 == 0 and rows["small"].is_rough


def test_without_anybody_that_has_enough_there_is_no_mean():
    found = compare(FOUR, draw=Draw.SHARE, minimum=5000, better=Better.LOWER)
    assert found.mean is None and all(each.shrunken is None and each.rank is None for each in found.rows)


def test_wilsons_limits_as_printed():
    """Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263 is 0.2553 to 0.3662; 0 of 20 is 0 to 0.1611."""
    assert [round(limit, 4) for limit in wilson(Decimal(81), Decimal(263))] == [Decimal("0.2553"), Decimal("0.3662")]
    assert [round(limit, 4) for limit in wilson(Decimal(0), Decimal(20))] == [Decimal(0), Decimal("0.1611")]


def test_byars_limits_lie_beside_the_exact_ones():
    """The exact limits of 10 events are 4.795 and 18.390, of none 0 and 3.689."""
    low, high = byar(Decimal(10))
    assert (float(low), float(high)) == pytest.approx((4.795, 18.390), abs=0.02)
    assert float(byar(Decimal(0))[1]) == pytest.approx(3.689, abs=0.1)


def test_a_change_by_rate_and_by_mix():
    """Institutions of 10 % and 30 % keep their rates; the second grows from a quarter to half of all: 15 % → 20 %."""
    before = {"A": (Decimal(75), Decimal(750)), "B": (Decimal(75), Decimal(250))}
    after = {"A": (Decimal(50), Decimal(500)), "B": (Decimal(150), Decimal(500))}
    found = decompose(before, after, times=Decimal(100))
    assert (found.before, found.after, found.change) == (15, 20, 5)
    assert [(part.rate, part.mix) for part in found.parts] == [
        (Decimal(0), Decimal("1.875")),
        (Decimal(0), Decimal("3.125")),
    ]
    assert (found.by_numerator, found.by_denominator) == (5, 0)


_pairs = st.dictionaries(
    st.sampled_from("ABCDE"),
    st.tuples(st.integers(0, 900), st.integers(0, 999)).map(lambda two: tuple(map(Decimal, two))),
)


@given(_pairs, _pairs)
def test_the_parts_add_up_to_the_change_to_the_last_place(before, after):
    if not sum(d for _, d in before.values()) or not sum(d for _, d in after.values()):
        with pytest.raises(InvalidInput):
            decompose(before, after)
        return
    found = decompose(before, after, times=Decimal(100))
    assert sum(part.together for part in found.parts) == found.change == found.after - found.before
    assert found.by_numerator + found.by_denominator == found.change
