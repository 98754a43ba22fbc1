"""Nonsense in the parameters of addresses never leads to an error of ours.

The parameters that a page reads are found by watching it read them.
"""

from urllib.parse import urlencode

import pytest
from sweep_nonsense import NONSENSE, ask, parameters_of
from sweep_routes import ROUTES

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def parameters(sweep):
    return parameters_of(sweep)


def test_the_parameters_that_the_pages_are_known_to_read_were_found(parameters):
    names = {name for _role, names in parameters.values() for name in names}
    known = {"institution", "month", "sort", "columns", "after", "before", "size", "export", "open", "explain", "q",
             "try", "where_drg", "identity", "list", "by", "added_diagnosis"}  # fmt: skip
    assert known <= names, known - names


def test_most_pages_were_watched(parameters):
    assert len(parameters) >= len([route for route in ROUTES if not route.name.startswith("access:")]) / 2


FILTERS = ("zero byte", "very long", "number beyond the database", "comparison without number", "several points")
"""Nonsense for the filter of every column: the ways in which a number, a choice or a text can be none."""
OF_TABLES = {"columns", "size", "export"}
OF_FOCUS = {"institution", "month"}
"""Read for every page by the same lines (kernel/presentation/focus.py): tried in full on one page of eight, with the
filters' nonsense on all others."""


def trials(names, number):
    """(parameters, what is tried): each parameter with what could break it, the filters also all at once. number: the
    page's place among all."""
    filters = [name for name in names if name.startswith("where_")]
    columns = [name.removeprefix("where_") for name in filters]
    places = [kind for kind in NONSENSE if "place" in kind]
    for name in names:
        if name in filters or name in OF_TABLES:
            kinds = FILTERS if name in filters else ("zero byte", "very long", "fields of the model")
        elif name in OF_FOCUS and number % 8:
            kinds = FILTERS
        elif name in ("after", "before"):
            kinds = ("zero byte", "a quote", *places)
        else:
            kinds = [kind for kind in NONSENSE if kind not in places]
        for kind in kinds:
            yield {name: NONSENSE[kind]}, f"{name}: {kind}"
    for column in columns:
        yield {"sort": f"-{column}", "columns": column}, f"sort: {column}"
    if filters:
        for kind in ("injected SQL", "a format", "script", "other scripts", "a digit that is no number"):
            yield dict.fromkeys(filters, NONSENSE[kind]), f"all filters: {kind}"


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_no_nonsense_in_a_parameter_breaks_a_page(sweep, parameters, route):
    if route.name not in parameters:
        return  # takes no GET, or shows nobody anything: then there is no parameter to read
    faults = {}
    for query, tried in trials(parameters[route.name][1], ROUTES.index(route)):
        fault = ask(sweep, parameters, route, urlencode(query))
        if fault:
            faults.setdefault(fault, []).append(tried)
    assert not faults, faults
