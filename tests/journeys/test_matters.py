"""The bureau asks a hospital about a bill; the record room answers on a phone; the bureau sees it come back."""

import importlib.util
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TESTS = Path(__file__).resolve().parents[1]
CHROMIUM = "/usr/bin/chromium"
PASSWORD = "right-password-1"
AT = datetime(2026, 9, 28, 2, 0, tzinfo=UTC)


def _shared(name, place):
    """A module of another folder of tests, under its own name."""
    specification = importlib.util.spec_from_file_location(name, place)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


_systems = _shared("systems_fixtures", TESTS / "systems" / "conftest.py")
_kinds = _shared("tried_kinds", TESTS / "systems" / "matters" / "conftest.py")
database_server, database = _systems.database_server, _systems.database
county, account, actor = _systems.county, _systems.account, _systems.actor
tried = _kinds.tried


class _Quiet(WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture
def site(county, settings, tmp_path, tried):
    """The product on a free port of this machine, with the invented kind of matter."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application

    settings.DATA_FOLDER, settings.UPLOAD_FOLDER = tmp_path, tmp_path / "uploads"
    server = make_server("127.0.0.1", 0, StaticFilesHandler(get_wsgi_application()), _Server, _Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


@pytest.fixture
def found(site, actor):
    """A matter about the first hospital that waits for the bureau."""
    from yigongti.foundation.errors import Text
    from yigongti.kernel.access.scope import scope
    from yigongti.kernel.matters.public import open_matter
    from yigongti.kernel.organisations.models import Institution

    bureau = actor("insurance_bureau_officer", "C", username="finder")
    with scope(bureau):
        return open_matter(
            bureau, "tried.query", subject="2026-09/C001", title=Text("住院 C001 费用疑点", "Doubtful bill C001"),
            institution=Institution.objects.get(code="H1"), owner=Institution.objects.get(code="C"), at=AT,
        )  # fmt: skip


@pytest.fixture
def browser():
    """Chromium; a script that failed on any page fails the test at its end."""
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is absent")
    # the browser's driver runs an event loop in this thread; the database is asked beside it, not within
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from playwright.sync_api import sync_playwright

    failed = []
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

        def opened(site, username, width, height, touch=False):
            page = launched.new_context(viewport={"width": width, "height": height}, has_touch=touch).new_page()
            page.set_default_timeout(30_000)
            page.on("pageerror", lambda error: failed.append(str(error)))
            page.goto(f"{site}/accounts/sign-in")
            page.fill("input[name=username]", username)
            page.fill("input[name=password]", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_selector("nav.rail", state="attached")
            return page

        yield opened
        launched.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    assert not failed


def test_the_bureau_asks_and_the_hospital_answers_on_a_phone(site, found, browser, account):
    officer, clerk = account("insurance_bureau_officer", "C"), account("record_room_clerk", "H1")

    bureau = browser(site, officer.username, 1366, 768)
    bureau.goto(f"{site}/matters/")
    assert bureau.inner_text("#sentence").startswith("有 1 件待办")
    bureau.focus(".matters-list tbody tr:first-child")
    bureau.click("td.what a")
    bureau.wait_for_selector("#detail #matter")
    assert f"open={found.pk}" in bureau.url, "what stands beside the list has an address of its own"
    bureau.focus(".matters-list tbody tr:first-child")
    bureau.keyboard.press("1")
    bureau.fill("#step-ask textarea", "请说明重复收费的理由")
    bureau.click("#step-ask button[type=submit]")
    bureau.wait_for_selector("#done")
    assert "现由示范县人民医院" in bureau.inner_text("#done")
    bureau.go_back()

    phone = browser(site, clerk.username, 390, 844, touch=True)
    phone.goto(f"{site}/matters/")
    assert not phone.evaluate("document.documentElement.scrollWidth > innerWidth")
    phone.tap("td.what a")
    phone.wait_for_url(f"**/matters/{found.pk}/**")
    assert "请说明重复收费的理由" in phone.inner_text(".timeline")
    assert not phone.evaluate("document.documentElement.scrollWidth > innerWidth")
    phone.tap("#step-answer summary")
    phone.fill("#step-answer textarea", "第二笔为复诊费用，病历已附")
    phone.tap("#step-answer button[type=submit]")
    phone.wait_for_selector("#done")
    phone.goto(f"{site}/matters/")
    assert phone.inner_text("#sentence").startswith("目前没有等您办理的事项")
    assert "住院 C001 费用疑点" in phone.inner_text(".done-today")

    bureau.goto(f"{site}/matters/?open={found.pk}")
    assert "第二笔为复诊费用" in bureau.inner_text("#detail .timeline")


def test_the_list_is_walked_by_keys_alone(site, found, browser, account):
    officer = account("insurance_bureau_officer", "C")
    page = browser(site, officer.username, 1366, 768)
    page.goto(f"{site}/matters/")
    page.focus(".matters-list tbody tr:first-child")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/matters/{found.pk}/**")
    page.keyboard.press("1")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"


def test_on_a_phone_no_page_of_matters_is_wider_than_the_screen(site, found, browser, account):
    page = browser(site, account("insurance_bureau_officer", "C").username, 390, 844, touch=True)
    places = ("", "?scope=all", f"{found.pk}/", "late/", "kinds/", "kinds/tried.query/", "leave/", "complaint")
    wide = []
    for place in places:
        page.goto(f"{site}/matters/{place}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(place)
    assert wide == []
