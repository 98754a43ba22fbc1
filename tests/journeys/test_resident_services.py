"""A resident of seventy at a telephone: signs in with the code of the message, reads the record, lets a hospital in."""

from datetime import date

import pytest

from browser_site import PHONE, fixtures_of, new_page, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLACES = (
    "", "record/", "results/", "reports/", "stays/", "immunisations/", "documents/", "bills/", "looks/", "consents/",
    "code/", "messages/", "more/",
)  # fmt: skip

_house = fixtures_of("house_database.py")
_browser = fixtures_of("systems/resident_services/resident_browser.py")
_record = fixtures_of("systems/resident_services/invented_record.py")
database_server, database, county = _house.database_server, _house.database, _house.county
account, resident = _house.account, _house.resident


@pytest.fixture
def site(county, settings, tmp_path):
    """The product; messages are written into a folder."""
    settings.MESSAGES_FOLDER = tmp_path / "messages"
    with served() as address:
        yield address


@pytest.fixture
def somebody(resident, county):
    made = resident(
        "V1", "演示·李秀英", born=date(1954, 3, 8), sex="2", phone="13800138000", address="示范县城关镇东村 3 组"
    )
    _record.give_record(made, county["H1"].pk)
    return made


@pytest.fixture
def phone(site, somebody, browser):
    """A telephone's browser."""
    return new_page(browser, PHONE, has_touch=True)


def sign_in(page, site, resident):
    page.goto(f"{site}/resident_services/")
    page.fill("input[name=number]", _browser.number_of(resident))
    page.tap("button.primary")
    page.wait_for_selector("input[name=code]")
    _browser.work()
    page.fill("input[name=code]", _browser.newest_code())
    page.tap("button.primary")
    page.wait_for_selector("nav.bar")


def test_a_resident_signs_in_and_reads_the_own_record(site, phone, somebody):
    sign_in(phone, site, somebody)
    assert "演示·李秀英" in phone.inner_text("h1")
    phone.tap("nav.bar a:nth-child(2)")
    phone.wait_for_selector("h1:has-text('我的档案')")
    said = phone.inner_text("main")
    assert "青霉素" in said and "严重" in said
    assert "2 型糖尿病" in said and "每次 1 片，每天 2 次" in said
    phone.tap("a:has-text('检验结果')")
    assert "偏高" in phone.inner_text("li:has-text('空腹血糖')")
    phone.tap("a:has-text('空腹血糖')")
    phone.wait_for_selector("svg.trend")


def test_a_resident_lets_a_hospital_in_and_takes_it_back(site, phone, somebody, county):
    sign_in(phone, site, somebody)
    phone.goto(f"{site}/resident_services/consents/")
    phone.select_option("select[name=institution]", label="示范县中医医院")
    phone.tap("button:has-text('同意授权')")
    phone.wait_for_selector("p.notice-good")
    assert "示范县中医医院" in phone.inner_text("ul.list >> nth=0")
    phone.on("dialog", lambda dialog: dialog.accept())
    phone.tap("button.danger")
    phone.wait_for_selector("p:has-text('您没有正在生效的授权')")


def test_the_code_says_when_it_is_over_and_cannot_be_renewed(site, phone, somebody):
    sign_in(phone, site, somebody)
    phone.clock.install()
    phone.goto(f"{site}/resident_services/code/")
    assert phone.is_visible(".qr img")
    phone.context.set_offline(True)
    phone.clock.fast_forward("20:00")
    phone.wait_for_selector("[data-over]:visible")
    phone.context.set_offline(False)
    phone.tap("[data-renew]")
    phone.wait_for_selector("[data-over]", state="hidden")


@pytest.mark.parametrize("larger", [False, True], ids=["usual", "larger"])
def test_text_is_large_targets_fit_a_thumb_and_no_page_is_wider_than_the_screen(site, phone, somebody, larger):
    sign_in(phone, site, somebody)
    if larger:
        phone.tap("header button")
        phone.wait_for_selector("html.larger")
    faults = []
    for place in PLACES:
        phone.goto(f"{site}/resident_services/{place}")
        faults += [(place, fault) for fault in phone.evaluate(_FAULTS)]
    assert faults == []


_FAULTS = """() => {
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push("wider than the screen");
  const seen = (e) => e.offsetParent !== null || getComputedStyle(e).position === "fixed";
  const targets = "main a, main button, main summary, main select, main input, .bar a, header button";
  for (const e of document.querySelectorAll(targets))
    if (seen(e) && !["hidden", "radio"].includes(e.type) && !e.closest(".notice")
        && e.getBoundingClientRect().height < 43.5)
      found.push("small target: " + e.outerHTML.slice(0, 80));
  for (const e of document.querySelectorAll("main *, .bar a"))
    if (seen(e) && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && !e.closest("svg, .sr, .count")
        && parseFloat(getComputedStyle(e).fontSize) < 17.9)
      found.push("small text: " + e.outerHTML.slice(0, 80));
  return found;
}"""
