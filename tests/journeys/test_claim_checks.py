"""From a finding to a case of supervision in a browser: the bureau reads the month and asks, the hospital answers on a
phone, the bureau upholds and hands over. Pictures are kept where YIGONGTI_SCREENSHOTS says."""

import os
from pathlib import Path

import pytest

from browser_site import DESK, PHONE, fixtures_of, served, signed_in, wider_than

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_systems = fixtures_of("systems/conftest.py")
_claims = fixtures_of("systems/claim_checks/conftest.py")
database_server, database = _systems.database_server, _systems.database
county, account, actor = _systems.county, _systems.account, _systems.actor
tried_policy, bureau_files = _claims.tried_policy, _claims.bureau_files
bureau, checked = _claims.bureau, _claims.checked
MONTH = str(_claims.MONTH)
PAGES = {
    "overview": "", "findings": "findings/", "bill": "bills/H1/C0001", "again": "again/", "checks": "checks/",
    "check": "checks/tried_not_payable", "propose": "checks/tried_days/change", "knowledge": "knowledge/",
    "upload": "knowledge/new", "changes": "changes/", "quality": "quality/",
}  # fmt: skip


@pytest.fixture
def site(checked, settings, tmp_path):
    from yigongti.systems.claim_checks.public import open_matters

    settings.DATA_FOLDER = tmp_path / "data"
    settings.DATA_FOLDER.mkdir()  # the key ring is made there by the first look at a bill
    open_matters(_claims.MONTH, checked.policy, _claims.CHECKED_AT)
    with served() as address:
        yield address


def picture(page, name):
    """Keep what the page shows, for people to look at."""
    folder = os.environ.get("YIGONGTI_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"claims-{name}.png"), full_page=True)


def step(page, name, words="", **fields):
    """Take a step on the page of a matter."""
    page.click(f"#step-{name} summary")
    form = f"#step-{name} form"
    if words:
        page.fill(f"{form} textarea[name=words]", words)
    for field, value in fields.items():
        page.fill(f"{form} input[name={field}]", value)
    page.click(f"{form} button[type=submit]")
    page.wait_for_selector("#done")


def test_a_finding_becomes_a_case_of_supervision(site, browser, account):
    officer = signed_in(browser, site, account("insurance_bureau_officer", "C"))
    officer.goto(f"{site}/claim_checks/?institution=C&month={MONTH}")
    assert "疑点" in officer.inner_text("#sentence")
    officer.goto(f"{site}/claim_checks/findings/?institution=C&month={MONTH}")
    officer.click("text=限男性使用，患者为女性 >> nth=0")
    officer.click("#detail a.primary")
    officer.wait_for_selector("[data-step=sex]")
    assert "“演示·F001”限男性使用，患者为女性" in officer.inner_text("#sentence")
    picture(officer, "finding-desk")

    officer.goto(f"{site}/claim_checks/bills/H1/C0001?month={MONTH}")
    officer.click("#matter a")
    step(officer, "ask", "请逐项说明")
    picture(officer, "matter-desk")
    matter = officer.url.split("?")[0]

    hospital = signed_in(browser, site, account("hospital_insurance_office", "H1"), PHONE, has_touch=True)
    hospital.goto(f"{site}/matters/")
    hospital.click("text=C0001 >> nth=0")
    hospital.goto(matter)
    assert "试办不予支付" in hospital.content() or "不予支付" in hospital.content()
    assert wider_than(hospital) <= 0
    picture(hospital, "answer-phone")
    step(hospital, "answer", "F001 系录入错误，同意退回")

    officer.goto(matter)
    step(officer, "uphold", "机构认可，按计入金额追回", amount="500.00")
    officer.goto(f"{site}/closed_loop/?institution=C&month={MONTH}")
    assert "500.00" in officer.inner_text("#sentence")
    officer.on("dialog", lambda dialog: dialog.accept())
    officer.click("form button.primary")
    officer.wait_for_function("!document.querySelector('input[name=matter]')")
    officer.goto(f"{site}/supervision/cases/?institution=C&month={MONTH}")
    assert "示范县人民医院" in officer.inner_text("main")
    picture(officer, "cases-desk")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_the_desk_and_the_phone_in_both_languages(site, browser, account, name):
    officer = account("insurance_bureau_officer", "C")
    for size, viewport in (("desk", DESK), ("phone", PHONE)):
        for language in ("zh", "en"):
            page = signed_in(browser, site, officer, viewport)
            page.goto(f"{site}/claim_checks/{PAGES[name]}?institution=C&month={MONTH}")
            wanted = page.locator(f"form.language button[lang^={language}]")
            if wanted.count():  # the account remembers the language that was chosen last
                wanted.click()
                page.wait_for_selector(f"html[lang^={language}]", state="attached")
            picture(page, f"{name}-{size}-{language}")
            assert page.inner_text("h1")
            assert wider_than(page) <= 0, (name, size, language)
            page.context.close()
