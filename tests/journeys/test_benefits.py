"""A clerk settles a discharge by keyboard alone and prints the receipt; the resident sees it; a device without a
network keeps a bill and settles it when the network returns; nothing is wider than a telephone."""

from datetime import date

import pytest

from browser_site import PHONE, fixtures_of, new_page, served, signed_in, wider_than

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_house = fixtures_of("house_database.py")
_bills = fixtures_of("systems/benefits/invented_bills.py")
database_server, database, county = _house.database_server, _house.database, _house.county
account, resident = _house.account, _house.resident


@pytest.fixture
def site(county):
    with served() as address:
        yield address


@pytest.fixture
def insured(resident, county):
    made = resident("V1", "演示·甲", born=date(1960, 5, 6), care=False)
    _bills.insure(made, county["C"])
    return made


@pytest.fixture
def clerk(account):
    return account("settlement_clerk", "T1")


def test_a_clerk_settles_and_prints_without_a_mouse(site, browser, clerk, insured):
    page = signed_in(browser, site, clerk)
    page.goto(f"{site}/benefits/")
    page.keyboard.type("B0001")  # the cursor waits there
    page.keyboard.press("Enter")
    page.wait_for_selector("select[name=care]:focus")
    page.keyboard.press("Tab")
    page.evaluate("document.querySelector('[name=started_on]').value = '2026-10-02'")
    page.evaluate("document.querySelector('[name=ended_on]').value = '2026-10-09'")
    page.focus("textarea[name=lines]")
    page.keyboard.insert_text("D030010\t10\t3000.00")
    page.wait_for_selector("#quote-sentence")
    assert "总费用 3,000.00 元" in page.inner_text("#quote-sentence")
    for _press in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('button.primary')")
    page.keyboard.press("Enter")
    page.wait_for_selector("button[data-print]:focus")
    page.evaluate("window.print = () => { window.printed = true }")
    page.keyboard.press("Enter")
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    assert page.is_visible(".print-footer") and not page.is_visible("button[data-print]")
    assert "起付线" in page.inner_text("main")


def test_pages_of_the_counter_fit_a_telephone(site, browser, clerk, insured):
    page = signed_in(browser, site, clerk, PHONE)
    places = ("", "bill/?number=B0001", "admissions/", "approvals/", "injuries/", "offline/", "offline/received/")
    wide = {}
    for place in places:
        page.goto(f"{site}/benefits/{place}")
        wide[place] = wider_than(page)
    assert {place: pixels for place, pixels in wide.items() if pixels > 0} == {}


def test_a_clinic_without_a_network_keeps_the_bill_and_settles_it_later(site, browser, clerk, insured):
    page = signed_in(browser, site, clerk, PHONE)
    page.goto(f"{site}/benefits/offline/")
    for _turn in range(50):  # the device knows whose it is once the server has told it
        if page.evaluate("localStorage.getItem('yigongti-bills-account')"):
            break
        page.wait_for_timeout(100)
    page.context.set_offline(True)
    page.fill("[name=number]", "B0001")
    page.fill("[name=on]", "2026-10-09")
    page.fill("[name=lines]", "D030010 1 30.00")
    page.click("button.primary")
    page.wait_for_selector("[data-queue] .mark-due")
    assert "未发送" in page.inner_text("[data-queue]") and "30.00" in page.inner_text("[data-queue]")
    page.context.set_offline(False)
    page.click("[data-send]")
    page.wait_for_selector("[data-queue] .mark-good")
    assert "医保支付" in page.inner_text("[data-queue]")


def test_the_resident_sees_the_settlement_in_large_type(site, browser, clerk, insured, county, settings):
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from yigongti.kernel.access.queries import actor_by_username
    from yigongti.kernel.access.scope import scope
    from yigongti.systems.benefits.actions.settle import settle

    actor = actor_by_username(clerk.username, timezone.localdate())
    with scope(actor):
        settle(actor, county["T1"].pk, _bills.asked(), at=timezone.now())
    session = SessionStore()
    session["resident"], session["resident_seen"] = insured.pk, int(timezone.now().timestamp())
    session.save()
    page = new_page(browser, PHONE)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": site}])
    page.goto(f"{site}/benefits/mine/")
    assert "3,000.00" in page.inner_text("main")
    assert wider_than(page) <= 0
    page.click("ul.list a")
    page.wait_for_selector("h1")
    assert "起付线" in page.inner_text("main")
    assert wider_than(page) <= 0
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.list .quiet')).fontSize)") >= 17.9
