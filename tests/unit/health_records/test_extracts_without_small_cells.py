"""Extracts leave out what could point at a person."""

from hypothesis import given
from hypothesis import strategies as st

from yigongti.systems.health_records.extracting import age_band, suppressed


def test_a_cell_of_few_residents_is_left_out_and_said():
    made = suppressed({("1",): 40, ("2",): 35, ("9",): 3, ("0",): 2}, ["sex"], 10)
    assert made.cells == ((("1",), 40), (("2",), 35))
    assert (made.left_out, made.hidden) == (2, 5)


def test_a_single_missing_cell_takes_the_next_smallest_with_it():
    """Else the total would tell it."""
    made = suppressed({("1",): 40, ("2",): 35, ("9",): 3}, ["sex"], 10)
    assert made.cells == ((("1",), 40),)
    assert made.left_out == 2


def test_nothing_is_left_out_where_every_cell_is_large_enough():
    made = suppressed({("1",): 10, ("2",): 11}, ["sex"], 10)
    assert (made.left_out, len(made.cells)) == (0, 2)


@given(st.dictionaries(st.tuples(st.text(max_size=3)), st.integers(1, 60), max_size=30), st.integers(2, 20))
def test_no_cell_below_the_threshold_is_ever_told_and_none_is_missing_alone(counts, smallest):
    made = suppressed(counts, ["x"], smallest)
    assert all(count >= smallest for _cell, count in made.cells)
    assert made.left_out != 1 or not made.cells
    assert sum(count for _cell, count in made.cells) + made.hidden == sum(counts.values())


def test_ages_fall_into_bands_without_gaps():
    assert all(age_band(age) for age in range(0, 120))
    assert (age_band(6), age_band(7), age_band(75), age_band(None)) == ("0-6", "7-17", "75+", "")
