"""The trail's pages: each shows what its reader may see, and no more."""

import pytest
from django.utils import timezone, translation

from yigongti.kernel.access.models import Account
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.models import Resident
from yigongti.kernel.trail.models import TrailEntry
from yigongti.kernel.trail.public import record, told_why
from yigongti.kernel.trail.sealing import seal
from yigongti.kernel.trail.verifying import keep, verify


def page(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200, answer.content.decode()[:3000]
    return answer.content.decode()


def exported(browser, address):
    return b"".join(browser.get(address).streaming_content).decode()


def test_a_trail_reader_sees_the_acts_of_the_own_hospital_and_no_other(signed_in, county, actor):
    for code in ("H1", "H2"):
        me = actor("coder", code)
        with scope(me):
            record(me, "front_pages.submit", subject=f"month-{code}", at=timezone.now(), institution_id=county[code].pk)
    said = page(signed_in("trail_reader", "H1"), "/trail/")
    assert "month-H1" in said
    assert "month-H2" not in said


def test_the_privacy_officer_sees_who_looked_at_whom(signed_in, look, resident):
    first, second = resident("演示·甲").pk, resident("演示·乙").pk
    look(first, second, why="contract 12")
    with translation.override("zh-hans"):
        told = told_why("contract 12")
    browser = signed_in("privacy_officer", "C")
    assert page(browser, "/trail/views/").count(told) == 2
    assert page(browser, f"/trail/views/?resident={second}").count(told) == 1


def test_the_page_of_views_names_no_resident(signed_in, look, resident):
    look(resident("演示·不应出现").pk)
    assert "不应出现" not in page(signed_in("privacy_officer", "C"), "/trail/views/")


def test_a_privacy_officer_of_one_hospital_sees_its_views_only(signed_in, look, resident):
    whom = resident().pk
    look(whom, why="ours")
    look(whom, at_institution="H2", why="theirs")
    said = page(signed_in("privacy_officer", "H1"), "/trail/views/")
    assert "ours" in said
    assert "theirs" not in said


def test_views_of_one_account_on_one_day_can_be_asked_for(signed_in, look, resident):
    me = look(resident().pk, why="found")
    today = timezone.localdate()
    browser = signed_in("privacy_officer", "C")
    assert "found" in page(browser, f"/trail/views/?account={me.account_id}&from={today}&to={today}")
    assert "found" not in page(browser, f"/trail/views/?account={me.account_id + 500}")
    assert "found" not in page(browser, "/trail/views/?from=2020-01-01&to=2020-01-31")


def test_an_export_of_the_views_is_itself_kept(signed_in, look, resident):
    look(resident().pk, why="exported line")
    assert "exported line" in exported(signed_in("privacy_officer", "C"), "/trail/views/?export=csv")
    kept = TrailEntry.objects.using("bulk").get(verb="trail.views_exported")
    assert kept.username == "privacy_officer-C"


@pytest.mark.parametrize("query", ["from=x", "from=2026-02-30", "from=2026-10-02&to=2026-10-01", "to=9999-12-31"])
def test_days_that_are_none_are_refused_in_words(signed_in, query):
    assert signed_in("privacy_officer", "C").get(f"/trail/views/?{query}").status_code == 400


@pytest.mark.parametrize("query", ["resident=x", "resident=-1", "resident=9999999999999999999999", "account=%00"])
def test_numbers_that_are_none_are_refused_in_words(signed_in, query):
    assert signed_in("privacy_officer", "C").get(f"/trail/views/?{query}").status_code == 400


def test_the_administrator_reads_who_changed_an_account(signed_in, account, actor):
    me = actor("coder", "H1")
    with scope(me):
        Account.objects.filter(pk=me.account_id).update(language="en")
    said = page(signed_in("system_administrator", "C"), "/trail/changes/?where_operation=update")
    assert "language: zh-hans → en" in said
    assert "coder-H1" in said


def test_what_changed_in_a_resident_is_told_by_columns_alone(signed_in, resident):
    made = resident("演示·旧名")
    Resident.objects.using("bulk").filter(pk=made.pk).update(name="演示·新名")
    said = page(signed_in("privacy_officer", "C"), "/trail/changes/?where_table_name=people_resident")
    assert "<td>name</td>" in said
    assert "旧名" not in said
    assert "旧名" not in exported(signed_in("privacy_officer", "H1"), "/trail/changes/?export=csv")


def test_the_administrator_sees_no_change_about_residents(signed_in, resident):
    resident()
    assert "people" not in exported(signed_in("system_administrator", "C"), "/trail/changes/?export=csv")


def test_the_page_of_blocks_says_what_the_last_verification_found(signed_in, look, resident, superuser):
    browser = signed_in("privacy_officer", "C")
    browser.post("/language", {"language": "en", "next": "/"})
    assert "has not been verified yet" in page(browser, "/trail/blocks/")
    look(*[resident().pk] * 3)
    seal(at=timezone.now())
    keep(verify(), at=timezone.now())
    assert "1 blocks with 3 views were verified" in page(browser, "/trail/blocks/")
    superuser.execute("DELETE FROM trail_view WHERE id = 2")
    keep(verify(), at=timezone.now())
    assert "view 2 of block 1 was removed" in page(browser, "/trail/blocks/")


@pytest.mark.parametrize("address", ["/trail/", "/trail/views/", "/trail/changes/", "/trail/blocks/"])
def test_a_coder_is_refused(signed_in, address):
    assert signed_in("coder", "H1").get(address).status_code == 403
