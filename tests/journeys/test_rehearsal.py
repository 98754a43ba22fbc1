"""An officer changes a value on paper, sees whom it touches; a second person signs and publishes it. In a browser."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from browser_site import PHONE, fixtures_of, served, signed_in, wider_than

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_systems = fixtures_of("systems/conftest.py")
_rehearsal = fixtures_of("systems/rehearsal/conftest.py")
database_server, database = _systems.database_server, _systems.database
county, account, actor = _systems.county, _systems.account, _systems.actor
three_months, result = _rehearsal.three_months, _rehearsal.result
FIELD = "value:390/county"
SEARCH = "form[role=search] input[name=q][autofocus]"


@pytest.fixture
def site(county, three_months, settings, tmp_path):
    settings.LAKE_ROOT = str(three_months.root)
    settings.PUBLISHED_POLICY = tmp_path / "policy"
    with served() as address:
        yield address


@pytest.fixture
def officers(account):
    return [account("insurance_bureau_officer", "C", username=name) for name in ("officer", "second")]


def first_day():
    """The first of March of next year: the day always lies ahead."""
    return date(timezone.localdate().year + 1, 3, 1)


def picture(page, name):
    """The page as it looks, where somebody wants to look at it (YIGONGTI_PICTURES names a folder)."""
    if folder := os.environ.get("YIGONGTI_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"rehearsal-{name}.png"), full_page=True)


def run_waiting_job():
    """The worker's part: do the work that was asked for."""
    from yigongti.kernel.jobs.models import Job
    from yigongti.kernel.jobs.public import run

    run(Job.objects.using("bulk").latest("pk").pk)


def begun(page, site):
    page.goto(f"{site}/rehearsal/new")
    page.fill("input[name=title]", "提高县级起付线")
    page.fill("[name=reason]", "基金压力")
    page.fill("input[name=effective_on]", first_day().isoformat())
    page.fill("input[name=first_month]", "2026-07")
    page.fill("input[name=last_month]", "2026-09")
    picture(page, "new")
    page.click("main form button.primary")
    page.wait_for_selector(SEARCH)
    return page.url.removesuffix("/parameters")


def with_value(page, value):
    page.fill(SEARCH, "起付线")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    picture(page, "parameters")
    page.click("a[href$='/parameters/benefit.deductible']")
    page.fill(f"input[name='{FIELD}']", value)
    page.select_option("select[name=source]", "residents-example-2024")
    picture(page, "parameter")
    page.click("main form button.primary")
    page.wait_for_selector("#changes table")


def rehearsed(page, place):
    page.click("#changes button.primary")
    page.wait_for_load_state()
    run_waiting_job()
    page.goto(place)
    page.wait_for_selector("#distribution svg")
    page.wait_for_selector("#by-institution svg")


def test_a_value_is_changed_rehearsed_signed_by_another_and_in_force_from_its_day(site, browser, officers):
    from yigongti.kernel.access.limits import policy

    page = signed_in(browser, site, officers[0])
    place = begun(page, site)
    with_value(page, "900")
    rehearsed(page, place)
    picture(page, "result")
    assert "600 元 改为 900 元" in page.inner_text("#sentence")
    assert "2 人加重" in page.inner_text("#sentence")
    assert page.locator("#winners li").count() > 0
    with page.expect_download() as book:
        page.click(f"a[href='{place.removeprefix(site)}/workbook']")
    assert book.value.suggested_filename.endswith(".xlsx")
    page.emulate_media(media="print")
    assert page.is_visible("#sentence")
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.emulate_media(media="screen")
    page.click("form[action$='/steps/send'] button")
    page.wait_for_selector("text=须由另一人签署")

    other = signed_in(browser, site, officers[1])
    other.on("dialog", lambda dialog: dialog.accept())
    other.goto(place)
    other.click("form[action$='/steps/sign'] button")
    other.wait_for_selector("form[action$='/steps/publish']")
    picture(other, "signed")
    other.click("form[action$='/steps/publish'] button")
    other.wait_for_selector("text=撤回公布")
    picture(other, "published")
    cases = {"insurance_type": "390", "level": "county"}
    days = (first_day() - timedelta(days=1), first_day())
    assert [str(policy().value("benefit.deductible", on=day, **cases)) for day in days] == ["600", "900"]


def test_it_is_done_at_the_width_of_a_phone(site, browser, officers):
    page = signed_in(browser, site, officers[0], PHONE)
    place = begun(page, site)
    wide = {"begun": wider_than(page)}
    with_value(page, "800")
    rehearsed(page, place)
    picture(page, "phone")
    wide["result"] = wider_than(page)
    for by in ("?by=department", "/parameters", "/parameters/benefit.deductible"):
        page.goto(place + by)
        wide[by] = wider_than(page)
    page.goto(f"{site}/rehearsal/")
    picture(page, "phone-list")
    wide["list"] = wider_than(page)
    assert {name: by for name, by in wide.items() if by > 1} == {}
