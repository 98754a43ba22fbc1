"""Every route as every role: who is let in, who is not, and that nothing ever breaks."""

import pytest
from sweep_routes import ROUTES, SAMPLES, WITHOUT_SIGNING_IN, Route

from yigongti.kernel.access.guard import RESIDENT
from yigongti.kernel.access.roles import ROLES

pytestmark = pytest.mark.slow
GUARDED = [route for route in ROUTES if route.name not in WITHOUT_SIGNING_IN]
each_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
each_guarded_route = pytest.mark.parametrize("route", GUARDED, ids=lambda route: route.name)


def takes_posts_only(route, sweep):
    return sweep.got(route, "coder")[0] == 405


def test_a_parameter_of_a_new_kind_is_asked_for_in_words(sweep):
    with pytest.raises(LookupError, match="path parameter “weekday” of a new kind: give it a sample"):
        Route("front_pages:new", "front_pages/new/<int:weekday>", ("weekday",), print).address(sweep.ours)


def test_every_sample_belongs_to_a_route():
    used = {route._key(parameter) for route in ROUTES for parameter in route.parameters}
    assert used == set(SAMPLES)


def test_every_role_has_an_account_in_the_demo_county(sweep):
    assert set(sweep.accounts) == set(ROLES)


@each_route
def test_no_role_ever_meets_an_error_of_ours(sweep, route):
    faults = {role: sweep.got(route, role)[1] for role in [None, *ROLES]}
    assert {role: fault for role, fault in faults.items() if fault} == {}


@each_guarded_route
def test_a_visitor_is_sent_to_sign_in(sweep, route):
    address = route.address(sweep.ours)
    for answer in (sweep.browser(None).get(address), sweep.browser(None).post(address)):
        if answer.status_code == 405:
            continue
        assert answer.status_code == 302
        sign_in = "/resident_services/sign-in" if route.permission == RESIDENT else "/accounts/sign-in"
        assert answer.headers["Location"].startswith(sign_in)


NAMES_PUBLISHED = ("supervision:published",)
"""Pages that tell the public which institution was ruled on."""


@pytest.mark.parametrize("name", WITHOUT_SIGNING_IN)
def test_a_visitor_sees_no_row_of_the_county_where_no_session_is_asked(sweep, name):
    (route,) = (route for route in ROUTES if route.name == name)
    said = sweep.browser(None).get(route.address(sweep.ours)).content.decode()
    names = () if name in NAMES_PUBLISHED else sweep.names.values()
    assert not any(secret in said for secret in (sweep.ours.case, *names))


@each_guarded_route
def test_a_role_without_the_permission_is_refused(sweep, route):
    """By GET, or by POST where the route takes nothing else: the refusal comes before anything is done."""
    address, only_posts = route.address(sweep.ours), takes_posts_only(route, sweep)
    let_in = {}
    for role_id, role in ROLES.items():
        if route.permission and route.permission not in role.permissions:
            status = sweep.browser(role_id).post(address).status_code if only_posts else sweep.got(route, role_id)[0]
            if status != 403:
                let_in[role_id] = status
    assert let_in == {}


@each_guarded_route
def test_somebody_with_the_permission_is_let_in(sweep, route):
    """Otherwise the sweep would prove nothing about the page."""
    if route.permission == RESIDENT:
        assert sweep.resident_browser().get(route.address(sweep.ours)).status_code in (200, 405)
        return
    if takes_posts_only(route, sweep):
        holders = [role for role in ROLES.values() if not route.permission or route.permission in role.permissions]
        assert holders
        return
    answers = {role: sweep.got(route, role)[0] for role in ROLES}
    assert {200, 405} & set(answers.values()), answers  # 405: let in by the guard, and told that the page takes a form


@each_route
def test_a_post_without_its_token_is_refused(sweep, route):
    for role in (None, "hospital_insurance_office", "insurance_bureau_officer", "coder"):
        assert sweep.browser(role, csrf=True).post(route.address(sweep.ours)).status_code == 403
