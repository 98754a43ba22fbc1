"""A village doctor, a registration desk, a ward physician and the master index clerk at their work. In a browser."""

import importlib.util
import os
import sys
import threading
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TESTS = Path(__file__).resolve().parents[1]
CHROMIUM = "/usr/bin/chromium"
PASSWORD = "right-password-1"


def _shared(name, place):
    """The fixtures of another folder of tests, under their own names."""
    sys.path.insert(0, str(place.parent))
    specification = importlib.util.spec_from_file_location(name, place)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


_house = _shared("house_fixtures", TESTS / "house_database.py")
_health = _shared("health_fixtures", TESTS / "systems" / "health_records" / "conftest.py")
database_server, database = _house.database_server, _house.database
county, account, resident = _house.county, _house.account, _house.resident
person = _health.person


class _Quiet(WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture
def site(person):
    """The product on a free port of this machine, with one invented person in it."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application

    server = make_server("127.0.0.1", 0, StaticFilesHandler(get_wsgi_application()), _Server, _Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


@pytest.fixture
def browser():
    """Debian's Chromium, driven by Playwright. A script that failed on any page fails the test at its end."""
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is absent")
    # the browser's driver runs an event loop in this thread; the database is asked beside it, not within
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened.script_errors = []
        yield opened
        opened.close()
        assert not opened.script_errors
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


def signed_in(browser, site, account):
    """A page of somebody who has signed in."""
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.set_default_timeout(30_000)
    page.on("pageerror", lambda error: browser.script_errors.append(str(error)))
    page.goto(f"{site}/accounts/sign-in")
    page.fill("input[name=username]", account.username)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("nav.rail")
    return page
