"""Nonsense in paths and in the fields of forms never leads to an error of ours."""

import pytest
from sweep_answers import fault_of
from sweep_nonsense import NONSENSE, SEES_MOST, SEES_RESIDENTS
from sweep_routes import ROUTES

pytestmark = pytest.mark.slow

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
