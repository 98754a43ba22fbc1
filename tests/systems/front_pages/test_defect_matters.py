"""Defects become matters: with the physician the same day, with the head of the department once a month."""

import pytest
from django.utils import timezone

from prepared_county import closed_county
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.actions.create_account import create_account
from yigongti.kernel.access.queries import actor_by_username
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.hands import in_hands
from yigongti.kernel.matters.models import Matter
from yigongti.kernel.matters.public import Given, act
from yigongti.systems.front_pages.models import Defect, FrontPage
from yigongti.systems.front_pages.public import open_month_matters

pytestmark = pytest.mark.slow
OCTOBER = Month(2026, 10)
KIND, MONTH_KIND = "front_pages.defects", "front_pages.department_month"


@pytest.fixture(scope="module")
def closed(database_server, django_db_blocker, tmp_path_factory, policy_root):
    """A county of 4,000 residents with one closed month; what a test changes is taken back."""
    folder = tmp_path_factory.mktemp("defects")
    with django_db_blocker.unblock(), closed_county(database_server, folder) as lake:
        yield lake, Policy.load(policy_root)


@pytest.fixture
def month(closed, django_db_blocker):
    """The closed month inside a transaction that is rolled back."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic(using="bulk"):
        yield closed
        transaction.set_rollback(True, using="bulk")


def matters(kind=KIND):
    return Matter.objects.using("bulk").filter(kind=kind).order_by("id")


def with_defects():
    rows = Defect.objects.using("bulk").order_by().values_list("institution__code", "case_id").distinct()
    return {f"{OCTOBER}/{place}/{case}" for place, case in rows}


def test_the_close_opens_one_matter_for_each_page_with_defects(month):
    assert with_defects()
    assert {matter.subject for matter in matters()} == with_defects()
    assert all(matter.last_step == 1 and matter.steps.using("bulk").count() == 1 for matter in matters()[:20])


def test_run_again_nothing_is_opened_renewed_or_closed(month):
    done = open_month_matters(OCTOBER, at=timezone.now())
    assert (done.opened, done.renewed, done.closed, done.months) == (0, 0, 0, 0)


def test_a_page_that_is_clean_by_now_is_closed_as_corrected(month):
    one = matters().first()
    case = one.subject.split("/", 2)[2]
    Defect.objects.using("bulk").filter(institution_id=one.institution_id, case_id=case).delete()
    assert open_month_matters(OCTOBER, at=timezone.now()).closed == 1
    one.refresh_from_db(using="bulk")
    assert (one.state, one.closed_at is not None) == ("corrected", True)


def test_a_page_that_breaks_other_rules_by_now_says_so(month):
    one = matters().first()
    case = one.subject.split("/", 2)[2]
    found = Defect.objects.using("bulk").filter(institution_id=one.institution_id, case_id=case)
    found.update(rule="another_rule")
    assert open_month_matters(OCTOBER, at=timezone.now()).renewed == 1
    one.refresh_from_db(using="bulk")
    assert {fault["rule"] for fault in one.data["rules"]} == {"another_rule"}


def test_what_the_record_room_calls_no_defect_is_not_asked_again(month):
    one = matters().first()
    matters().filter(pk=one.pk).update(state="no_defect", closed_at=timezone.now())
    assert open_month_matters(OCTOBER, at=timezone.now()).opened == 0


def test_the_same_day_finds_what_the_close_finds(month):
    from yigongti.kernel.organisations.models import Institution
    from yigongti.systems.front_pages.same_day import judge_institution

    lake, policy = month
    hospital = Institution.objects.using("bulk").filter(kind="county_hospital")[0]
    pages, defects = judge_institution(OCTOBER, hospital, lake, policy)
    published = FrontPage.objects.using("bulk").filter(institution=hospital)
    assert {(row["case_id"], row["score"]) for row in pages} == set(published.values_list("case_id", "score"))
    told = ("case_id", "rule", "severity", "deducts")
    found = Defect.objects.using("bulk").filter(institution=hospital).values_list(*told)
    assert sorted(tuple(row[name] for name in told) for row in defects) == sorted(found)


def test_what_a_hospital_submits_is_with_its_physicians_the_same_day(month):
    from yigongti.kernel.organisations.models import Institution
    from yigongti.systems.front_pages.same_day import same_day_matters

    lake, policy = month
    hospital = Institution.objects.using("bulk").filter(kind="county_hospital")[0]
    own = matters().filter(institution=hospital)
    before = set(own.values_list("subject", flat=True))
    own.update(closed_at=timezone.now(), state="corrected")
    done = same_day_matters(OCTOBER, hospital, lake, policy, at=timezone.now())
    assert done.opened == len(before)
    assert set(own.filter(closed_at__isnull=True).values_list("subject", flat=True)) == before


def test_a_page_goes_to_its_physician_by_name_where_there_is_an_account(month):
    one = next(matter for matter in matters() if matter.data["physician"])
    made = create_account(
        username="dr-one", display_name="演示·一", password="demo-county-2026", role_id="physician",
        institution_code=one.subject.split("/")[1], department_code=one.department_code, at=timezone.now(),
        valid_from=timezone.localdate(), staff_code=one.data["physician"], is_demo=True,
    )  # fmt: skip
    matters().update(closed_at=timezone.now(), state="corrected")
    open_month_matters(OCTOBER, at=timezone.now())
    again = matters().get(subject=one.subject, closed_at__isnull=True)
    assert again.holder_account_id == made.pk


def test_every_department_with_pages_has_its_month_to_be_signed(month):
    with_pages = set(
        FrontPage.objects.using("bulk").exclude(department_code="").values_list("institution_id", "department_code")
    )
    assert {(m.institution_id, m.department_code) for m in matters(MONTH_KIND)} == with_pages


def test_a_signed_month_is_asked_again_only_when_its_figures_change(month):
    one = matters(MONTH_KIND).first()
    matters(MONTH_KIND).filter(pk=one.pk).update(state="signed", closed_at=timezone.now())
    assert open_month_matters(OCTOBER, at=timezone.now()).months == 0
    matters(MONTH_KIND).filter(pk=one.pk).update(data={**one.data, "defects": one.data["defects"] + 1})
    assert open_month_matters(OCTOBER, at=timezone.now()).months == 1


@pytest.fixture
def people(closed, django_db_blocker):
    """The demo's head and physician of orthopaedics and the record room; gone with the county."""
    from yigongti.demo.accounts import create_accounts

    with django_db_blocker.unblock():
        create_accounts()
        today = timezone.localdate()
        yield {name: actor_by_username(name, today) for name in ("head", "physician", "records", "coder")}


def test_the_demo_physician_is_named_in_the_register_of_staff(people):
    from yigongti.kernel.access.models import Account

    codes = dict(Account.objects.using("bulk").values_list("username", "staff_code"))
    assert codes["physician"] and codes["head"] and not codes["coder"]


def test_the_head_signs_only_the_own_department(people):
    head = people["head"]
    department = head.posts[0].department_code
    with scope(head):
        rows = in_hands(head, timezone.localdate(), ["id", "kind", "department_code"]).page("id", 200, "", "").rows
    assert {row["department_code"] for row in rows} <= {department}


def test_the_physician_answers_and_the_record_room_decides(people):
    from yigongti.foundation.errors import NotPermitted

    hospital = people["records"].posts[0].institution_id
    one = matters().filter(institution_id=hospital, state="mending", holder_account_id=0)[0]
    with scope(people["records"]):
        act(people["records"], one.pk, "dispute", at=timezone.now(), given=Given(words="病历有记载"))
    if one.department_code == people["physician"].posts[0].department_code:
        with scope(people["physician"]), pytest.raises(NotPermitted):
            act(people["physician"], one.pk, "accept", at=timezone.now())
    with scope(people["records"]):
        assert act(people["records"], one.pk, "accept", at=timezone.now()).state == "no_defect"
