"""A clerk brings a broken file, takes the workbook of errors, brings a good one, commits it and reads the receipt."""

from pathlib import Path

import pytest

from browser_site import fixtures_of, served, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_systems = fixtures_of("systems/conftest.py")
_files = fixtures_of("systems/front_pages/submitted_files.py")
database_server, database = _systems.database_server, _systems.database
county, account = _systems.county, _systems.account


@pytest.fixture
def site(county, settings, tmp_path):
    """The product with an empty lake."""
    settings.LAKE_ROOT, settings.UPLOAD_FOLDER = str(tmp_path / "lake"), tmp_path / "uploads"
    with served() as address:
        yield address


@pytest.fixture
def clerk(site, browser, account):
    """A record-room clerk's page."""
    return signed_in(browser, site, account("record_room_clerk", "H1"), accept_downloads=True)


def bring(page, site, path):
    page.goto(f"{site}/front_pages/files/new?month=2026-10")
    page.set_input_files("#file", path)
    assert path.name in page.inner_text("[data-said]")
    page.click("form[data-upload] button[type=submit]")
    page.wait_for_selector("#state")


def test_a_clerk_mends_a_broken_file_and_gets_a_receipt(site, clerk, tmp_path):
    a_row, as_csv = _files.a_row, _files.as_csv
    broken, good = tmp_path / "出院首页-2026-10-初稿.csv", tmp_path / "出院首页-2026-10.csv"
    broken.write_bytes(as_csv([a_row(1), a_row(2, total_cost="一千")], "gb18030"))
    good.write_bytes(as_csv([a_row(1), a_row(2)], "gb18030"))

    bring(clerk, site, broken)
    assert "2 行中有 1 行共 1 处错误" in clerk.inner_text("#sentence")
    assert "应为数字" in clerk.inner_text("#findings")
    with clerk.expect_download() as taken:
        clerk.click("#workbook")
    assert Path(taken.value.path()).read_bytes()[:2] == b"PK", "a workbook"

    bring(clerk, site, good)
    assert "可以提交：共 2 行" in clerk.inner_text("#sentence")
    clerk.click("#commit")
    clerk.wait_for_selector("#receipt-rows")
    assert clerk.inner_text("#receipt-rows") == "2"
    assert clerk.inner_text("#receipt-amount") == "12,000.00"

    clerk.goto(f"{site}/front_pages/?institution=H1&month=2026-10")
    line = clerk.inner_text("table.stick tbody tr:first-child")
    assert "示范县人民医院" in line and "2 行" in line


def test_the_form_guesses_kind_and_month_from_the_files_name(site, clerk, tmp_path):
    clerk.goto(f"{site}/front_pages/files/new?month=2026-10")
    named = tmp_path / "费用明细202610.csv"
    named.write_bytes(b"a,b\n")
    clerk.set_input_files("#file", named)
    assert clerk.input_value("[name=kind]") == "fee_lines"
    assert clerk.input_value("[name=of_month]") == "2026-10"


def test_on_a_phone_no_page_is_wider_than_the_screen(site, clerk, tmp_path):
    clerk.set_viewport_size({"width": 390, "height": 844})
    file = tmp_path / "出院首页-2026-10.csv"
    file.write_bytes(_files.as_csv([_files.a_row(1), _files.a_row(2, total_cost="一千")]))
    bring(clerk, site, file)
    places = ("", "files/", "files/new", "quality/", "codes/", "profiles/", "profiles/one", "rules/")
    wide = []
    for address in (clerk.url, *(f"{site}/front_pages/{place}?month=2026-10" for place in places)):
        clerk.goto(address)
        if clerk.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(address)
    assert wide == []
