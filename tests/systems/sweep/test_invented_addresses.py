"""Addresses that nobody thought of, with parameters that pages read: none leads to an error of ours."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sweep_nonsense import NONSENSE, ask, parameters_of
from sweep_routes import ROUTES

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def parameters(sweep):
    return parameters_of(sweep)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_no_invented_address_breaks_a_page(sweep, parameters, route):
    if route.name not in parameters:
        return
    _role, names = parameters[route.name]
    words = st.sampled_from([*names, "x", "where_", "institution[]"])
    values = st.one_of(st.text(max_size=40), st.sampled_from([*NONSENSE.values(), "csv", "xlsx", "-id", "2026-10"]))

    @settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(words, values), min_size=1, max_size=4))
    def holds(pairs):
        query = "&".join(f"{quote(name)}={quote(value, errors='replace')}" for name, value in pairs)
        assert ask(sweep, parameters, route, query) == "", query

    holds()
