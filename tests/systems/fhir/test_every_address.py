"""Every address of FHIR with every method, as a visitor, as every role and as a system of another hospital."""

import pytest
from django.urls import get_resolver
from exchanging_system import PATIENT, System

from yigongti.interfaces.fhir.routes import urlpatterns
from yigongti.kernel.access.roles import ROLES

SAMPLES = {"type_name": "Patient", "fhir_id": "{patient}", "version": "1", "number": "1", "name": "Patient.ndjson",
           "rest": "a/b/c/d/e"}  # fmt: skip
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ROUTES = [route for route in urlpatterns if hasattr(route.callback, "handlers")]
SEEING = {"records.see", "records.see_public_health"}


def address(route, patient):
    text = str(route.pattern)
    for name in route.pattern.converters:
        for kind in ("str", "path"):
            text = text.replace(f"<{kind}:{name}>", SAMPLES[name])
    return text.replace("{patient}", patient)


def asked(who, route, method, patient):
    kind = "application/json-patch+json" if method == "PATCH" else "application/fhir+json"
    return who.send(method, address(route, patient), None if method == "GET" else [] if method == "PATCH" else {}, kind)


each_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)


def test_the_addresses_of_the_module_are_those_of_the_site():
    found = {
        route.name for top in get_resolver().url_patterns if str(top.pattern) == "fhir/" for route in top.url_patterns
    }
    assert {route.name for route in ROUTES} == found - {"clients", "revoke"}


@each_route
def test_a_visitor_learns_nothing_and_nothing_breaks(county, route):
    for method in METHODS:
        answer = asked(System(""), route, method, "x")
        if route.callback.guarded_by is None:
            assert answer.status_code < 500
        else:
            expected = 401 if method in route.callback.handlers else 405
            assert answer.status_code == expected


@each_route
def test_a_role_without_the_permission_is_refused(system, signed_in, route):
    patient = system("H1").made(PATIENT)["id"]
    needed = route.callback.guarded_by
    for role in ROLES.values():
        browser = System("")
        browser.browser = signed_in(role.id, "H1")
        for method in route.callback.handlers:
            answer = asked(browser, route, method, patient)
            assert answer.status_code < 500
            allowed = {needed} if needed != "records.see" else SEEING
            if needed and not allowed & role.permissions:
                assert answer.status_code == 403, (role.id, method)


@each_route
def test_a_system_of_another_hospital_learns_nothing(system, route):
    patient, other = system("H1").made({**PATIENT, "name": [{"text": "绝密姓名"}]})["id"], system("H2")
    for method in METHODS:
        answer = asked(other, route, method, patient)
        assert answer.status_code < 500
        said = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert "绝密姓名" not in said.decode()
