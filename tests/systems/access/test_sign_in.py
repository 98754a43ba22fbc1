"""Signing in: wrong passwords, lock-out, throttling, second factor, sessions, the trail."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yigongti.kernel.access import second_factor
from yigongti.kernel.access.models import Account
from yigongti.kernel.access.roles import ROLES
from yigongti.kernel.trail.models import TrailEntry

RIGHT = "right-password-1"


def attempt(client, username, password, **headers):
    return client.post("/accounts/sign-in", {"username": username, "password": password}, **headers)


def trail():
    return list(TrailEntry.objects.using("bulk").order_by("id").values_list("verb", flat=True))


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_role_signs_in_and_sees_its_first_page(signed_in, role):
    assert signed_in(role, "H1").get("/").status_code == 200


def test_an_unknown_name_and_a_wrong_password_read_the_same(account, client):
    account("coder", "H1", username="li")
    unknown, wrong = attempt(client, "nobody", "x"), attempt(client, "li", "x")
    assert (unknown.status_code, wrong.status_code) == (403, 403)
    assert "用户名或密码不正确" in unknown.content.decode()
    assert "用户名或密码不正确" in wrong.content.decode()


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(account, client):
    account("coder", "H1", username="li")
    for _ in range(5):
        attempt(client, "li", "wrong")
    assert "登录失败次数过多" in attempt(client, "li", RIGHT).content.decode()
    assert trail() == ["access.sign_in_failed"] * 5


def test_a_lock_ends_by_itself(account, client):
    made = account("coder", "H1", username="li")
    Account.objects.using("bulk").filter(pk=made.pk).update(locked_until=timezone.now() - timedelta(seconds=1))
    assert attempt(client, "li", RIGHT).status_code == 302


def test_an_address_that_guesses_many_names_is_slowed_down(account, client):
    account("coder", "H1", username="li")
    for n in range(30):
        attempt(client, f"name{n}", "x")
    assert "登录失败次数过多" in attempt(client, "li", RIGHT).content.decode()
    assert attempt(Client(REMOTE_ADDR="10.0.0.9"), "li", RIGHT).status_code == 302


def test_a_closed_account_cannot_sign_in_and_its_session_ends(signed_in):
    browser = signed_in("coder", "H1")
    Account.objects.using("bulk").update(is_active=False)
    assert browser.get("/").status_code == 302
    assert attempt(Client(), "coder-H1", RIGHT).status_code == 403


def test_a_session_that_rests_too_long_ends(signed_in):
    browser = signed_in("coder", "H1")
    session = browser.session
    session["seen"] -= 31 * 60
    session.save()
    assert browser.get("/").status_code == 302


def test_signing_in_does_not_lead_to_another_site(account, client):
    account("coder", "H1", username="li")
    answer = client.post("/accounts/sign-in", {"username": "li", "password": RIGHT, "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_the_trail_keeps_who_came_and_went(signed_in):
    signed_in("coder", "H1").post("/accounts/sign-out")
    assert trail() == ["access.signed_in", "access.signed_out"]


def test_a_new_password_ends_the_other_sessions(signed_in):
    first = signed_in("coder", "H1")
    second = Client()
    attempt(second, "coder-H1", RIGHT)
    answer = first.post("/accounts/password", {"old": RIGHT, "new": "Another-one-77", "again": "Another-one-77"})
    assert answer.status_code == 302, answer.content.decode()
    assert first.get("/").status_code == 200
    assert second.get("/").status_code == 302


@pytest.mark.parametrize(
    ("new", "said"), [("short", "至少"), ("1234567890", "过于简单"), ("coder-h1-coder", "过于简单")]
)
def test_a_weak_password_is_refused_with_a_reason(signed_in, new, said):
    answer = signed_in("coder", "H1").post("/accounts/password", {"old": RIGHT, "new": new, "again": new})
    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_a_given_password_must_be_changed_first(signed_in):
    browser = signed_in("coder", "H1", must_change_password=True)
    assert browser.get("/")["Location"] == "/accounts/password"
    assert browser.get("/accounts/password").status_code == 200


@pytest.fixture
def guarded(signed_in):
    """An account with the second factor switched on: its secret and recovery codes."""
    browser = signed_in("coder", "H1")
    page = browser.get("/accounts/second-factor").content.decode()
    secret = browser.session["new_second_factor"]
    assert secret in page
    code = second_factor.code_at(secret, second_factor.step_of(timezone.now()) - 1)
    shown = browser.post("/accounts/second-factor", {"code": code})
    assert shown.status_code == 200, shown.content.decode()
    return secret, shown.context["codes"]


def test_the_password_alone_opens_nothing_once_the_second_factor_is_on(guarded, client):
    assert attempt(client, "coder-H1", RIGHT)["Location"].startswith("/accounts/second-step")
    assert client.get("/").status_code == 302


def test_the_code_of_the_app_opens_the_account_once(guarded, client):
    code = second_factor.code_at(guarded[0], second_factor.step_of(timezone.now()))
    attempt(client, "coder-H1", RIGHT)
    assert client.post("/accounts/second-step", {"code": code}).status_code == 302
    assert client.get("/").status_code == 200
    other = Client()
    attempt(other, "coder-H1", RIGHT)
    assert other.post("/accounts/second-step", {"code": code}).status_code == 403


def test_a_recovery_code_opens_the_account_once(guarded, client):
    code = guarded[1][0]
    attempt(client, "coder-H1", RIGHT)
    assert client.post("/accounts/second-step", {"code": code}).status_code == 302
    other = Client()
    attempt(other, "coder-H1", RIGHT)
    assert other.post("/accounts/second-step", {"code": code}).status_code == 403


def test_wrong_codes_lock_the_account_too(guarded, client):
    attempt(client, "coder-H1", RIGHT)
    for _ in range(5):
        client.post("/accounts/second-step", {"code": "000000"})
    assert "登录失败次数过多" in attempt(Client(), "coder-H1", RIGHT).content.decode()
