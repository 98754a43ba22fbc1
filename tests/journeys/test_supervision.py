"""From an order to its recovery in a browser: the office orders, the hospital answers on a phone, inspectors report
from the site, the panel rules, the money is taken back. Pictures are kept where YIGONGTI_SCREENSHOTS says."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

from browser_site import DESK, PHONE, fixtures_of, served, signed_in, wider_than

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_systems = fixtures_of("systems/conftest.py")
_supervision = fixtures_of("systems/supervision/conftest.py")
_files = fixtures_of("unit/attachments/attached_files.py")
database_server, database = _systems.database_server, _systems.database
county, account, actor = _systems.county, _systems.account, _systems.actor
office = _supervision.office
ARTICLE_SOURCE = "fund-supervision-735"


@pytest.fixture
def site(county, settings, tmp_path):
    settings.DATA_FOLDER = tmp_path / "data"
    with served() as address:
        yield address


class _Somebody:
    """What signing in asks of an account."""

    def __init__(self, username):
        self.username = username


def picture(page, name):
    """Keep what the page shows, for people to look at."""
    folder = os.environ.get("YIGONGTI_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"supervision-{name}.png"), full_page=True)


def step(page, name, words="", **fields):
    """Take a step on the page of a matter."""
    page.click(f"#step-{name} summary")
    form = f"#step-{name} form"
    if words:
        page.fill(f"{form} textarea[name=words]", words)
    for field, value in fields.items():
        if field == "files":
            page.set_input_files(f"{form} input[name=files]", value)
        elif field == "article":
            page.select_option(f"{form} select[name=article] >> nth=0", value)
            page.fill(f"{form} input[name=article_part] >> nth=0", "第三十八条")
        elif page.locator(f"{form} select[name={field}]").count():
            page.select_option(f"{form} select[name={field}]", value)
        else:
            page.fill(f"{form} input[name={field}]", value)
    page.click(f"{form} button[type=submit]")
    page.wait_for_selector("#done")


def test_a_case_goes_from_the_order_to_the_recovery(site, browser, office, tmp_path):
    case = office.opened(amount="1200.00")
    photograph = tmp_path / "photo.png"
    photograph.write_bytes(_files.png())

    def opened(who, viewport=DESK):
        page = signed_in(browser, site, _Somebody(who), viewport)
        page.goto(f"{site}/supervision/cases/{case.pk}/?institution=C&month=2026-10")
        return page

    officer = opened("officer")
    officer.click("#now")
    step(officer, "take_up")
    officer.goto(f"{site}/supervision/cases/{case.pk}/")
    officer.click("#now")
    step(officer, "issue", "请核实同日重复收费并退回")

    hospital = signed_in(browser, site, _Somebody("hospital"), PHONE, has_touch=True)
    hospital.goto(f"{site}/supervision/own/")
    assert "1 件整改通知待答复" in hospital.inner_text("#sentence")
    assert wider_than(hospital) <= 0
    picture(hospital, "own-phone")
    hospital.click(".todo a.primary")
    step(hospital, "answer", "已核实，多收部分同意退回", files=str(photograph))

    officer.goto(f"{site}/supervision/cases/{case.pk}/")
    officer.click("#now")
    step(officer, "send_inspectors", "现场核对清单与医嘱")
    officer.goto(f"{site}/supervision/cases/{case.pk}/")
    officer.click("#now")
    step(officer, "assign", ask_inspectors="inspector inspector2")

    inspector = signed_in(browser, site, _Somebody("inspector"), PHONE, has_touch=True)
    inspector.goto(f"{site}/supervision/my-checks/")
    assert "案件核查 1 件" in inspector.inner_text("#sentence")
    assert wider_than(inspector) <= 0
    picture(inspector, "my-checks-phone")
    inspector.click(".todo a.primary")
    step(inspector, "report", "清单与医嘱不符", files=str(photograph))

    officer.goto(f"{site}/supervision/cases/{case.pk}/")
    officer.click("#now")
    step(officer, "accept", "事实清楚")
    member = opened("panel")
    member.click("#now")
    step(member, "propose", "责令退回多收费用", amount="1200.00", article=ARTICLE_SOURCE)
    second = opened("panel2")
    second.click("#now")
    step(second, "confirm")

    officer.goto(f"{site}/supervision/cases/{case.pk}/")
    assert "1,200.00" in officer.inner_text("#ruled")
    officer.click("#now")
    step(officer, "order_recovery", amount="1200.00", ask_month="2099-12")
    officer.goto(f"{site}/supervision/cases/{case.pk}/?institution=C&month=2026-10")
    assert "待扣" in officer.inner_text("#recoveries")
    picture(officer, "case-wide")
    officer.set_viewport_size(PHONE)
    assert wider_than(officer) <= 0
    picture(officer, "case-phone")
    assert office.again(case).amount_ruled == Decimal("1200.00")


def test_the_board_and_the_tables_fit_wide_and_phone(site, browser, office):
    office.to_accountability(office.opened())
    office.to_ruling(office.opened(key="claim_checks/2026-10/H1/C0002", amount="64000.00"))
    office.opened(place="H2", key="claim_checks/2026-10/H2/C0003", amount="88.00")
    case = office.opened(key="claim_checks/2026-10/H1/C0004", amount="5.00")
    office.take("officer", case, "take_up")
    page = signed_in(browser, site, _Somebody("officer"))
    for name, path in (
        ("board", ""), ("cases", "cases/"), ("recoveries", "recoveries/"), ("points", "points/"),
        ("campaigns", "campaigns/"), ("published", "published/"),
    ):  # fmt: skip
        page.set_viewport_size(DESK)
        page.goto(f"{site}/supervision/{path}?institution=C&month=2026-11")
        picture(page, f"{name}-wide")
        page.set_viewport_size(PHONE)
        assert wider_than(page) <= 0, name
        picture(page, f"{name}-phone")


def test_a_campaign_is_begun_its_clinics_chosen_and_shown_on_the_map(site, browser, office):
    page = signed_in(browser, site, _Somebody("officer"))
    page.goto(f"{site}/supervision/campaigns/new")
    page.fill("input[name=title]", "村卫生室检查")
    page.select_option("select[name=form]", "village_clinic_inspection")
    page.fill("input[name=starts_on]", "2026-11-01")
    page.fill("input[name=ends_on]", "2099-11-30")
    page.click("main form button.primary")
    page.wait_for_selector("#choose")
    page.click("#choose")
    page.wait_for_selector("svg.map circle")
    assert "1 处中已检查 0 处" in page.inner_text("#sentence")
    picture(page, "campaign-wide")
    page.set_viewport_size(PHONE)
    assert wider_than(page) <= 0
    picture(page, "campaign-phone")
