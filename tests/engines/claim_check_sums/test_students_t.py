"""Student's t is held against printed tables, closed forms and itself."""

from math import atan, pi, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigongti.engines.claim_checks.students_t import t_probability, t_quantile

PRINTED = [
    (0.95, 1, 6.314), (0.975, 1, 12.706), (0.95, 2, 2.920), (0.975, 4, 2.776), (0.95, 5, 2.015), (0.975, 10, 2.228),
    (0.99, 10, 2.764), (0.95, 30, 1.697), (0.975, 60, 2.000), (0.95, 120, 1.658), (0.9995, 3, 12.924),
]  # fmt: skip


@pytest.mark.parametrize(("probability", "degrees", "value"), PRINTED)
def test_the_printed_table_is_met(probability, degrees, value):
    assert t_quantile(probability, degrees) == pytest.approx(value, abs=6e-4)


@pytest.mark.parametrize("value", [-40.0, -2.5, -0.1, 0.3, 1.0, 7.0, 1000.0])
def test_the_closed_forms_of_one_and_two_degrees_are_met(value):
    assert t_probability(value, 1) == pytest.approx(0.5 + atan(value) / pi, rel=1e-9)
    assert t_probability(value, 2) == pytest.approx(0.5 + value / (2 * sqrt(2 + value * value)), rel=1e-9)


@given(st.floats(1e-6, 1 - 1e-6), st.floats(0.5, 5000))
def test_the_quantile_is_where_the_probability_is_reached(probability, degrees):
    assert t_probability(t_quantile(probability, degrees), degrees) == pytest.approx(probability, rel=1e-8, abs=1e-12)


@given(st.floats(0.55, 0.999), st.floats(0.7, 1e9))
def test_fewer_degrees_of_freedom_ask_for_more(probability, degrees):
    assert t_quantile(probability, degrees) >= t_quantile(probability, degrees * 2) - 1e-6


@pytest.mark.parametrize(("probability", "degrees"), [(0.0, 3), (1.0, 3), (0.9, 0)])
def test_nothing_is_answered_for_what_has_no_quantile(probability, degrees):
    with pytest.raises(ValueError):
        t_quantile(probability, degrees)
