"""What every page has in common: language, errors, headers, focus."""

import pytest


def test_the_first_page_is_chinese_and_can_be_switched_to_english(client, database):
    assert '<html lang="zh-hans">' in client.get("/accounts/sign-in", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    client.post("/language", {"language": "en", "next": "/accounts/sign-in"})
    assert '<html lang="en">' in client.get("/accounts/sign-in").content.decode()


def test_the_language_of_the_account_stays_with_it(signed_in):
    browser = signed_in("coder", "H1")
    browser.post("/language", {"language": "en"})
    browser.cookies.pop("yigongti_language")
    assert '<html lang="en">' in browser.get("/").content.decode()


def test_a_page_that_is_not_there_says_what_to_do(signed_in):
    answer = signed_in("coder", "H1").get("/nowhere")
    assert answer.status_code == 404
    assert "Traceback" not in answer.content.decode()


def test_another_hospital_in_the_address_is_not_found(signed_in):
    assert signed_in("coder", "H1").get("/search?institution=H2").status_code == 404


@pytest.mark.parametrize("month", ["2026-13", "x", "9999999-01"])
def test_a_month_that_is_none_is_told(signed_in, month):
    answer = signed_in("coder", "H1").get("/", {"month": month})
    assert answer.status_code == 400
    assert "期间" in answer.content.decode()


def test_a_form_without_its_token_is_refused(account):
    from django.test import Client

    account("coder", "H1")
    answer = Client(enforce_csrf_checks=True).post("/accounts/sign-in", {"username": "x", "password": "y"})
    assert answer.status_code == 403


def test_no_script_of_others_and_no_shared_copy(client, database):
    answer = client.get("/accounts/sign-in")
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"


def test_health_needs_no_session(client, database):
    assert client.get("/healthz").json() == {"status": "ok"}


def test_an_error_of_ours_shows_a_number_and_no_traceback(signed_in, monkeypatch):
    from yigongti.kernel.organisations import search

    def broken(*_):
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(search, "found_by_name", broken)
    browser = signed_in("coder", "H1")
    browser.raise_request_exception = False
    answer = browser.get("/search?q=x")
    assert answer.status_code == 500
    assert "secret" not in answer.content.decode()


def test_search_finds_what_is_ones_own_and_nothing_else(signed_in):
    page = signed_in("coder", "H1").get("/search?q=示范县").content.decode()
    assert "示范县人民医院" in page
    assert "示范县中医医院" not in page
