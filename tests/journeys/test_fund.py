"""A director sees how the fund stands, follows the money to a disease, and takes the list along. In a browser."""

import pytest

from browser_site import PHONE, fixtures_of, served, signed_in, wider_than

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_systems = fixtures_of("systems/conftest.py")
_fund = fixtures_of("systems/fund/conftest.py")
database_server, database = _systems.database_server, _systems.database
county, account, actor = _systems.county, _systems.account, _systems.actor
fund_policy, month_files, communities = _fund.fund_policy, _fund.month_files, _fund.communities
published, people, drawn_up, in_force = _fund.published, _fund.people, _fund.drawn_up, _fund.in_force
OCTOBER = "institution=H1&month=2026-10"
PAGES = ("", "spending/", "leakage/", "months/", "contracts/", "indicators/", "grouped/", "grouped/cases/")


@pytest.fixture
def site(in_force):
    with served() as address:
        yield address


def test_a_director_follows_the_money_from_the_quota_to_a_disease(site, browser, account):
    page = signed_in(browser, site, account("community_director", "H1", username="boss"))
    page.goto(f"{site}/fund/?{OCTOBER}")
    assert "已用全年额度" in page.inner_text("#sentence")
    page.wait_for_selector("#course svg")
    page.click("text=查看本月支出")
    page.wait_for_selector("#bars svg")
    page.click("table.stick tbody tr:first-child a")  # the category that costs most
    page.click("table.stick tbody tr:first-child a")  # its destination
    page.click("table.stick tbody tr:first-child a")  # the hospital there
    assert "肿瘤" in page.inner_text("table.stick tbody")
    with page.expect_download() as download:
        page.click("button[value=xlsx]")
    assert download.value.suggested_filename.endswith(".xlsx")
    page.go_back()
    assert "县外就医" in page.inner_text("nav[aria-label=所在位置]")


def test_the_pages_fit_a_phone(site, browser, account):
    page = signed_in(browser, site, account("community_director", "H1", username="boss"), PHONE)
    wide = {}
    for place in PAGES:
        page.goto(f"{site}/fund/{place}?{OCTOBER}")
        page.wait_for_selector("#sentence")
        wide[place] = wider_than(page)
    assert {place: by for place, by in wide.items() if by > 1} == {}


def test_an_accountant_prepays_by_keyboard_and_prints(site, browser, account):
    page = signed_in(browser, site, account("fund_accountant", "C", username="pay"))
    page.goto(f"{site}/fund/months/?institution=C&month=2026-10")
    page.focus("form[action='/fund_month/prepay'] button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#detail h3")
    assert "9,000.00" in page.inner_text("#detail")
    page.emulate_media(media="print")
    assert page.is_visible(".print-header")
    assert page.pdf(format="A4").startswith(b"%PDF")
