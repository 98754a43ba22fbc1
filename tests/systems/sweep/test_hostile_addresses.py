"""Nonsense in addresses and forms never leads to an error of ours.

The parameters that a page reads are found by watching it read them.
"""

import base64
import json
from urllib.parse import quote, urlencode

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sweep_answers import fault_of
from sweep_routes import ROUTES

pytestmark = pytest.mark.slow
SEES_MOST = ("insurance_bureau_officer", "hospital_insurance_office", "coder")
"""Roles that together are let into nearly every page; system pages are asked as the administrator."""
ASKERS = (
    "coder", *SEES_MOST[:2], "system_administrator", "trail_reader", "registration_desk", "physician",
    "master_index_clerk", "privacy_officer",
)  # fmt: skip
SEES_RESIDENTS = ("physician", "registration_desk", "master_index_clerk", "privacy_officer")
"""Roles that together are let into the pages about residents."""


def mark(*content):
    """A forged place in a list, as the addresses of its pages carry it."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


NONSENSE = {
    "injected SQL": "'; DROP TABLE access_account; --",
    "a quote": "' OR '1'='1",
    "zero byte": "H1\x00",
    "very long": "9" * 5_000,
    "no month": "2026-99",
    "a digit that is no number": "²",
    "Chinese digits": "１２",
    "number beyond the database": "99999999999999999999",
    "not a number": "NaN",
    "infinite": "Infinity",
    "exponent": "1e400",
    "negative": "-1",
    "comparison without number": ">=",
    "several points": "1.2.3",
    "other scripts": "🩺\u202e\u0000\ufffe",
    "half a pair": "%ED%A0%80",
    "a path": "../../../../etc/passwd",
    "a template": "{{ 7|add:7 }}{% debug %}",
    "a format": "%s%(x)s{0.__class__}",
    "empty parts": "~~|,,;;",
    "a list": '["a", {"b": 1}]',
    "script": "<script>alert(1)</script>",
    "fields of the model": "institution__code__icontains",
    "a forged place": mark("", "x", "y"),
    "a place of lists": mark([1], [2], {"a": 3}),
    "a place of numbers": mark("d", "NaN", -1),
    "a place far away": mark("", 10**30, 10**30),
    "a place that is true": mark("", True, True),
    "a place with a zero byte": mark("", "\x00", "\x00"),
    "a place of nothing": base64.urlsafe_b64encode(b"null").decode(),
}


def watched(monkeypatch_context, browser, address):
    """The names of the parameters that the page asked its address for."""
    asked = set()
    originals = {name: getattr(QueryDict, name) for name in ("__getitem__", "get", "getlist", "__contains__")}

    def watching(original):
        def read(self, key, *rest, **more):
            if isinstance(key, str):
                asked.add(key)
            return original(self, key, *rest, **more)

        return read

    for name, original in originals.items():
        monkeypatch_context.setattr(QueryDict, name, watching(original), raising=False)
    browser.get(address)
    monkeypatch_context.undo()
    return asked


@pytest.fixture(scope="module")
def parameters(sweep):
    """Route → (role that is let in, names of the parameters that the page reads); routes that take no GET are left."""
    found = {}
    for route in ROUTES:
        address = route.address(sweep.ours)
        role = next((r for r in ASKERS if sweep.browser(r).get(address).status_code == 200), None)
        if role is not None:
            with pytest.MonkeyPatch.context() as patch:
                found[route.name] = role, sorted(watched(patch, sweep.browser(role), f"{address}?try=1"))
    return found


def ask(sweep, parameters, route, query):
    role, _names = parameters[route.name]
    return fault_of(sweep.browser(role).get(f"{route.address(sweep.ours)}?{query}"))


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


def trials(names):
    """(parameters, what is tried): each parameter with what could break it, the filters also all at once."""
    filters = [name for name in names if name.startswith("where_")]
    columns = [name.removeprefix("where_") for name in filters]
    places = [kind for kind in NONSENSE if "place" in kind]
    for name in names:
        if name in filters or name in OF_TABLES:
            kinds = FILTERS if name in filters else ("zero byte", "very long", "fields of the model")
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
    for query, tried in trials(parameters[route.name][1]):
        fault = ask(sweep, parameters, route, urlencode(query))
        if fault:
            faults.setdefault(fault, []).append(tried)
    assert not faults, faults


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


NO_ONE = "00000000-0000-4000-8000-000000000000"
PATHS = ["%00", "a%00b", "%27%3B%20DROP", "x" * 3000, "%F0%9F%A9%BA", "%ED%A0%80", "..%2F..%2Fetc", "%7B%7Bx%7D%7D"]


@pytest.mark.parametrize("route", [r for r in ROUTES if r.parameters], ids=lambda route: route.name)
def test_no_nonsense_in_the_path_breaks_a_page(sweep, route):
    """Numbers beyond the database, codes and case numbers that are none."""
    faults = {}
    for parameter in route.parameters:
        numeric = f"<int:{parameter}>" in route.pattern
        place = "424242" if numeric else NO_ONE if f"<uuid:{parameter}>" in route.pattern else "PLACE"
        for value in ("0", "99999999999999999999", "9" * 200) if numeric else PATHS:
            address = route.address(sweep.ours, **{parameter: place}).replace(place, value)
            for role in (*SEES_MOST, *SEES_RESIDENTS):
                browser = sweep.browser(role)
                answer = browser.get(address)
                fault = fault_of(browser.post(address) if answer.status_code == 405 else answer)
                if fault:
                    faults.setdefault(fault, []).append(f"{role} {parameter}={value[:40]}")
    assert faults == {}


FORMS = ("file", "kind", "of_month", "institution", "profile", "name", "diagnoses", "procedures", "reason", "decision",
         "answer", "insurance_code", "old", "new", "again", "code", "username", "password", "next", "language",
         "column_case_id", "values_sex", "q", "number", "birth_date", "sex", "group", "day", "last_day",
         "household", "relation", "proof", "team", "survivor", "version", "columns", "purpose", "work")  # fmt: skip
"""Fields of the forms of all pages."""
DOES_ITS_WORK = {"access:sign_out": "it would end the session of the sweep"}


@pytest.mark.parametrize("route", [r for r in ROUTES if r.name not in DOES_ITS_WORK], ids=lambda route: route.name)
@pytest.mark.parametrize("kind", ["zero byte", "very long", "a list"])
def test_no_nonsense_in_a_form_breaks_a_page(sweep, route, kind):
    """All fields at once, to every route; a page that takes no form says so."""
    given_fields = dict.fromkeys(FORMS, NONSENSE[kind])
    address = route.address(sweep.ours)
    faults = {
        role: fault_of(sweep.browser(role).post(address, given_fields))
        for role in (None, *SEES_MOST[1:], *SEES_RESIDENTS)
    }
    assert {role: fault for role, fault in faults.items() if fault} == {}
