"""A director reads the month down to one case; a department asks for a change and the coder answers. In a browser."""

import pytest

from browser_site import fixtures_of, served, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_systems = fixtures_of("systems/conftest.py")
_casemix = fixtures_of("systems/casemix_payment/conftest.py")
database_server, database = _systems.database_server, _systems.database
county, account = _systems.county, _systems.account
month_files, submitted = _casemix.month_files, _casemix.submitted


@pytest.fixture
def site(submitted):
    """The product with the month closed today."""
    from django.utils import timezone

    submitted.publish(at=timezone.now())
    with served() as address:
        yield address


def test_a_hospitals_office_reads_the_month_from_the_worst_department_to_a_case(site, browser, account):
    office = account("hospital_insurance_office", "H1")
    page = signed_in(browser, site, office)
    page.goto(f"{site}/casemix_payment/?institution=H1&month=2026-10")
    assert "骨科" in page.inner_text("#sentence")
    page.click("#tile-cmi")
    page.wait_for_selector("#explanation section")
    assert "weighted_cases" in page.inner_text("#explanation")
    page.goto(f"{site}/casemix_payment/departments/?institution=H1&month=2026-10")
    page.wait_for_selector("#quadrant svg")
    page.click(".master-detail table.stick tbody tr:first-child td:first-child a")
    page.wait_for_selector("#detail .lead")
    assert "骨科" in page.inner_text("#detail h2")
    assert "open=H1" in page.url, "what is open has an address of its own"
    page.click("#detail tbody tr:first-child a")
    page.wait_for_url("**/cases/**")
    page.click(".master-detail table.stick tbody tr:first-child td:first-child a")
    page.wait_for_selector("#detail .staircase")
    page.click("#detail a.primary")
    page.wait_for_selector("ol.staircase li[data-step=drg]")
    assert page.locator("li[data-step=mdc]").count() >= 1
    page.wait_for_selector("#waterfall svg")
    page.fill("input[name=principal_diagnosis]", "I63.900")
    page.press("input[name=principal_diagnosis]", "Tab")
    page.wait_for_selector("#outcome-drg")
    assert page.inner_text("#outcome-drg").startswith("B")
    page.go_back()
    page.wait_for_selector("#detail .staircase")


def test_a_department_asks_and_the_coder_answers_and_both_remain_visible(site, browser, account):
    head = signed_in(browser, site, account("department_head", "H1", department="0302"))
    head.goto(f"{site}/casemix_payment/cases/H1/page/C0012?institution=H1&month=2026-10")
    head.fill("input[name=added_diagnosis]", "I50.900")
    head.press("input[name=added_diagnosis]", "Tab")
    head.wait_for_selector("#ask-for-this")
    head.click("#ask-for-this")
    assert "I50.900" in head.input_value("textarea[name=diagnoses]")
    head.fill("textarea[name=reason]", "心脏超声提示射血分数下降，病程记录有心力衰竭处理")
    head.click("main form button.primary")
    head.wait_for_selector("#detail section")
    assert "待编码员答复" in head.inner_text("#detail h2")
    coder = signed_in(browser, site, account("coder", "H1"))
    coder.goto(f"{site}/casemix_payment/requests/?institution=H1&month=2026-10")
    coder.click(".master-detail table.stick tbody tr:first-child td:first-child a")
    coder.wait_for_selector("#detail textarea[name=answer]")
    coder.fill("#detail textarea[name=answer]", "同意，依据充分")
    coder.click("#detail button[value=accept]")
    coder.wait_for_selector("#detail .mark-good")
    after = coder.inner_text("#drg-after")
    head.reload()
    assert head.inner_text("#drg-after") == after
    assert "同意，依据充分" in head.inner_text("#detail")
    assert "J18.900|I50.900" in head.inner_text("#detail")


def test_the_pages_fit_a_phone(site, browser, account):
    office = account("hospital_insurance_office", "H1")
    page = signed_in(browser, site, office)
    page.set_viewport_size({"width": 390, "height": 844})
    for place in ("", "departments/", "cases/", "cases/H1/page/C0003", "requests/", "scheme/"):
        page.goto(f"{site}/casemix_payment/{place}?institution=H1&month=2026-10")
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 1, f"{place} is {wider} pixels wider than the phone"


def test_a_coder_walks_the_list_by_keyboard(site, browser, account):
    page = signed_in(browser, site, account("coder", "H1"))
    page.goto(f"{site}/casemix_payment/cases/?institution=H1&month=2026-10")
    rows = page.locator("tbody tr[tabindex]")
    second = rows.nth(1).get_attribute("data-href")
    rows.nth(0).focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.href") == second
    page.keyboard.press("Enter")
    page.wait_for_selector("ol.staircase li")
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.name") == "q"


def test_a_printed_page_says_what_it_is_and_leaves_the_controls_out(site, browser, account):
    page = signed_in(browser, site, account("hospital_insurance_office", "H1"))
    page.goto(f"{site}/casemix_payment/departments/?institution=H1&month=2026-10")
    assert not page.is_visible(".print-header")
    page.emulate_media(media="print")
    assert page.is_visible(".print-header") and page.is_visible(".print-footer")
    assert "2026年10月" in page.inner_text(".print-header")
    assert [name for name in ("nav.rail", "header.top", ".table-tools") if page.is_visible(name)] == []
    assert page.pdf(format="A4").startswith(b"%PDF")
