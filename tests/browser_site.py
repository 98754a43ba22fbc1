"""The product served to a real browser: what every journey begins with.

from browser_site import browser, served, signed_in, fixtures_of

@pytest.fixture
def site(county):
    with served() as address:
        yield address

def test_a_clerk_…(site, browser, account):
    page = signed_in(browser, site, account("coder", "H1"))
"""

import importlib.util
import os
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

TESTS = Path(__file__).resolve().parent
CHROMIUM = "/usr/bin/chromium"
PASSWORD = "right-password-1"
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


def fixtures_of(place):
    """A module of another folder of tests (“systems/casemix_payment/conftest.py”), under a name of its own."""
    path = TESTS / place
    name = "journey_" + place.replace("/", "_").removesuffix(".py")
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    specification = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    return module


class _Quiet(WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@contextmanager
def served():
    """The product on a free port of this machine; its address."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application

    server = make_server("127.0.0.1", 0, StaticFilesHandler(get_wsgi_application()), _Server, _Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
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


def new_page(browser, viewport=DESK, **context):
    """A page of a fresh visitor; what fails in its scripts is remembered."""
    page = browser.new_context(viewport=viewport, **context).new_page()
    page.set_default_timeout(30_000)
    page.on("pageerror", lambda error: browser.script_errors.append(str(error)))
    return page


def signed_in(browser, site, account, viewport=DESK, **context):
    """A page of somebody who has signed in."""
    page = new_page(browser, viewport, **context)
    page.goto(f"{site}/accounts/sign-in")
    page.fill("input[name=username]", account.username)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("nav.rail", state="attached")
    return page


def wider_than(page):
    """By how many pixels the page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
