"""Nobody sees a row of another hospital or department: not by address, not by query, not in a file."""

import re

import pytest
from sweep_answers import body_of
from sweep_routes import BY_NAME, ROUTES, WITHOUT_SIGNING_IN

from yigongti.kernel.access.roles import ROLES

pytestmark = pytest.mark.slow
BOUND = (
    "hospital_insurance_office", "record_room_clerk", "coder", "department_head", "physician", "township_clerk",
    "village_doctor",
)  # fmt: skip
"""Roles whose posts are below the county."""
OF_ONE_DEPARTMENT = ("department_head", "physician")
WITH_ROWS = [route for route in ROUTES if route.name not in WITHOUT_SIGNING_IN]
LISTS = [route for route in WITH_ROWS if not route.parameters]
THINGS = [route for route in WITH_ROWS if route.parameters]
MASKED = {
    "health_records:let_in": "a desk lets a stranger in: it sees who that is, masked",
    "matters:kind": "how a kind of matter goes is declared, and everybody's to read",
    "prices:item": "what an item may cost is everybody's to read",
    "health_records:emergency": "who opens a record in an emergency sees whose it is, masked",
}
"""Pages that show what is not one's own on purpose: a stranger only masked, prices whole."""
FOR_ALL = {
    "claim_checks:check": "by which rule a hospital is judged, it may know",
    "claim_checks:batch": "what the checks know, everybody may read; it names nobody's row",
    "claim_checks:change": "how a check was changed, everybody may read; rows of a rehearsal are one's own",
    "ledger:account": "the chart of accounts is one for all books; the postings shown are those of one's own",
}
"""Pages of reference data: whoever holds the permission reads them."""
CASE_NUMBER = re.compile(r"[0-9A-Za-z]+-[0-9]+")


@pytest.fixture(scope="module")
def cases_of(sweep):
    """Role → (case numbers that are its own to see, all others of the county), told by post and not by the pages."""
    from yigongti.kernel.access.models import Post
    from yigongti.kernel.organisations.models import Institution
    from yigongti.systems.front_pages.models import FrontPage

    parents = dict(Institution.objects.using("bulk").values_list("pk", "parent_id"))
    rows = list(FrontPage.objects.using("bulk").values_list("case_id", "institution_id", "department_code"))

    def lies_below(institution, top):
        while institution is not None and institution != top:
            institution = parents[institution]
        return institution == top

    found = {}
    for role, username in sweep.accounts.items():
        (post,) = Post.objects.using("bulk").filter(account__username=username)
        own = {
            case
            for case, institution, department in rows
            if lies_below(institution, post.institution_id) and post.department_code in ("", department)
        }
        found[role] = own, {case for case, _institution, _department in rows} - own
    return found


def foreign_in(body, role, cases_of):
    return set(CASE_NUMBER.findall(body)) & cases_of[role][1]


@pytest.mark.parametrize("role", BOUND)
def test_there_is_something_that_the_role_must_not_see(cases_of, role, sweep):
    own, foreign = cases_of[role]
    assert sweep.theirs.case in foreign
    assert len(foreign) >= 5
    assert role in ("township_clerk", "village_doctor") or sweep.ours.case in own


@pytest.mark.parametrize("ending", ["", "?export=csv", "?export=xlsx"])
@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.name)
def test_a_list_and_its_files_hold_only_rows_of_ones_own(sweep, cases_of, route, ending):
    seen = {}
    for role in BOUND:
        said = body_of(sweep.browser(role).get(route.address(sweep.ours) + ending))
        found = foreign_in(said, role, cases_of)
        if role not in ("township_clerk", "village_doctor"):  # the places above and beside them may be named
            found |= {sweep.names["tcm_hospital"]} if sweep.names["tcm_hospital"] in said else set()
        if found:
            seen[role] = sorted(found)[:3]
    assert seen == {}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_files_do_hold_ones_own_cases(sweep, cases_of, ending):
    """A file without any case would prove nothing."""
    for role in ("hospital_insurance_office", "department_head"):
        said = body_of(sweep.browser(role).get(f"/front_pages/pages/?export={ending}"))
        assert set(CASE_NUMBER.findall(said)) >= cases_of[role][0] > set()


@pytest.mark.parametrize("route", THINGS, ids=lambda route: route.name)
def test_what_belongs_to_another_hospital_is_not_there(sweep, cases_of, route):
    """404 to whoever holds the permission (or where a session is enough), 403 to others; no foreign row is named."""
    answers = {}
    for role in BOUND:
        browser, address = sweep.browser(role), route.address(sweep.theirs)
        answer = browser.get(address)
        if answer.status_code == 405:
            answer = browser.post(address)
        assert foreign_in(body_of(answer), role, cases_of) <= {sweep.theirs.case}  # as the address itself had it
        if route.name in MASKED and answer.status_code in (200, 403):
            assert f"{sweep.theirs.institution}甲" not in body_of(answer)
            continue
        if route.name in FOR_ALL and answer.status_code == 200:
            assert sweep.names["tcm_hospital"] not in body_of(answer)
            continue
        expected = 404 if not route.permission or route.permission in ROLES[role].permissions else 403
        if answer.status_code != expected:
            answers[role] = answer.status_code
    assert answers == {}


@pytest.mark.parametrize("route", WITH_ROWS, ids=lambda route: route.name)
def test_the_institution_of_another_in_the_query_opens_nothing(sweep, cases_of, route):
    """Not found; or the page does not ask for an institution and shows one's own."""
    for role in BOUND:
        answer = sweep.browser(role).get(f"{route.address(sweep.ours)}?institution={sweep.theirs.institution}")
        said = body_of(answer)
        assert answer.status_code in {403, 404, 405} or sweep.names["tcm_hospital"] not in said, (role, route.name)
        assert foreign_in(said, role, cases_of) <= {sweep.ours.case}  # as the address itself had it


def queries_for(theirs):
    """What pages take in their query to open one thing, filled with things of the other hospital."""
    return [
        ("casemix_payment:cases", f"open={theirs.institution}~{theirs.case}"),
        ("casemix_payment:departments", f"open={theirs.institution}~0301"),
        ("casemix_payment:requests", f"open={theirs.request}"),
        ("front_pages:profile", f"id={theirs.profile}"),
        ("front_pages:profile", f"from={theirs.submission}"),
    ]


@pytest.mark.parametrize("number", range(5))
def test_a_thing_of_another_hospital_cannot_be_opened_by_query(sweep, number):
    name, query = queries_for(sweep.theirs)[number]
    address = f"{BY_NAME[name].address(sweep.ours)}?{query}"
    assert sweep.browser("hospital_insurance_office").get(address).status_code == 404
    at_home = sweep.browser("hospital_insurance_office", at="tcm_hospital")
    if "0301" not in query:  # the code of a department need not be theirs
        assert at_home.get(f"{BY_NAME[name].address(sweep.theirs)}?{query}").status_code == 200


@pytest.mark.parametrize("role", OF_ONE_DEPARTMENT)
def test_a_case_of_another_department_is_not_there(sweep, cases_of, role):
    """Every case of the own hospital but of another department, by every page of a case."""
    from yigongti.systems.front_pages.models import FrontPage

    pages = FrontPage.objects.using("bulk").filter(institution__code=sweep.ours.institution)
    others = sorted(set(pages.values_list("case_id", flat=True)) & cases_of[role][1])[:3]
    assert len(others) == 3
    of_a_case = [r for r in THINGS if "case_id" in r.parameters and r.permission in ROLES[role].permissions]
    answers = {
        (route.name, case): sweep.browser(role).get(route.address(sweep.ours, case_id=case)).status_code
        for route in of_a_case
        for case in others
    }
    assert answers
    assert {key: status for key, status in answers.items() if status != 404} == {}


@pytest.fixture
def wrong_file(sweep):
    """A file of our hospital, checked and found wrong; its rows name invented people."""
    from pathlib import Path

    from django.conf import settings

    from yigongti.foundation.schemas import FACT_TABLES
    from yigongti.systems.front_pages.models import Submission

    columns = [column.label.zh for column in FACT_TABLES["discharges"]]
    text = ",".join(columns) + "\n" + ",".join(["昨天"] * len(columns)) + "\n"
    browser = sweep.browser("record_room_clerk")
    path = Path(settings.UPLOAD_FOLDER) / "wrong.csv"
    path.write_text(text, encoding="utf-8")
    with path.open("rb") as file:
        given = {"institution": sweep.ours.institution, "kind": "discharges", "of_month": "2026-10", "file": file}
        answer = browser.post("/front_pages/files/new", given)
    assert answer.status_code == 302, body_of(answer)
    found = Submission.objects.using("bulk").latest("id")
    assert found.state == Submission.State.WRONG, found.said_en
    yield f"/front_pages/files/{found.pk}"
    assert browser.post(f"/front_pages/files/{found.pk}/withdraw").status_code == 302


def test_values_of_a_wrong_file_are_shown_to_those_who_submit_it_and_to_nobody_else(sweep, wrong_file):
    """A value as written may be a name or a resident number of any department."""
    assert "昨天" in body_of(sweep.browser("record_room_clerk").get(wrong_file))
    for role in ("department_head", "physician", "county_director", "insurance_bureau_officer"):
        answer = sweep.browser(role).get(wrong_file)
        assert answer.status_code in (200, 403, 404)
        assert "昨天" not in body_of(answer), role
