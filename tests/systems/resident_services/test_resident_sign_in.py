"""A resident signs in with identity number and one-time code; nobody learns from the answers who is registered."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from resident_browser import ENTER, SIGN_IN, browser_of, carried, code_in, number_of, work

from yigongti.kernel.messages.models import Message
from yigongti.systems.resident_services.models import SignInCode

UNKNOWN = "609921199001011235"


@pytest.fixture
def somebody(resident):
    return resident("V1", "演示甲", phone="13800138000")


def unknown_number():
    from yigongti.foundation.identifiers import resident_check_place

    return UNKNOWN[:17] + resident_check_place(UNKNOWN[:17])


def asked(number):
    client = Client()
    return client, client.post(SIGN_IN, {"number": number})


def test_a_resident_signs_in_and_sees_the_own_name(somebody):
    client = browser_of(somebody)
    assert "演示甲" in client.get("/resident_services/").content.decode()


def test_the_code_goes_to_the_registered_telephone(somebody):
    asked(number_of(somebody))
    work()
    (line,) = carried()
    assert line.split("\t")[1] == "13800138000"


def test_the_answer_is_the_same_for_a_number_that_nobody_has(somebody):
    known, unknown = asked(number_of(somebody)), asked(unknown_number())
    pages = [client.get(answer.headers["Location"]).content.decode() for client, answer in (known, unknown)]
    assert known[1].status_code == unknown[1].status_code == 302
    assert pages[0].split("csrfmiddlewaretoken")[0] == pages[1].split("csrfmiddlewaretoken")[0]


def test_a_wrong_code_reads_the_same_for_a_number_that_nobody_has(somebody):
    said = []
    for number in (number_of(somebody), unknown_number()):
        client, _answer = asked(number)
        work()
        answer = client.post(ENTER, {"code": "000000x"})
        said.append((answer.status_code, "验证码不正确" in answer.content.decode()))
    assert said == [(400, True), (400, True)]


def test_for_a_number_that_nobody_has_nothing_is_sent(somebody):
    asked(unknown_number())
    work()
    assert carried() == []
    assert Message.objects.using("bulk").count() == 0


def test_asking_takes_the_same_steps_in_the_database_for_every_number(somebody):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    steps = []
    for number in (number_of(somebody), unknown_number()):
        with CaptureQueriesContext(connection) as taken:
            asked(number)
        steps.append([query["sql"].split(" ")[0] for query in taken.captured_queries])
    assert steps[0] == steps[1]


@pytest.mark.parametrize("number", ["", "12", "609921199001011231", "not a number!", "9" * 40])
def test_what_cannot_be_a_number_is_told_at_once(database, number):
    answer = asked(number)[1]
    assert answer.status_code == 400
    assert "不是一个有效的身份证号" in answer.content.decode()


def test_a_code_works_once(somebody):
    client = browser_of(somebody)
    client.session.flush()
    again, _answer = asked(number_of(somebody))
    assert again.post(ENTER, {"code": code_in(carried()[-1])}).status_code == 400


def test_a_code_works_only_in_the_browser_that_asked(somebody):
    asked(number_of(somebody))
    other, _answer = asked(unknown_number())
    work()
    assert other.post(ENTER, {"code": code_in(carried()[-1])}).status_code == 400


def test_a_code_is_over_after_its_minutes(somebody):
    client, _answer = asked(number_of(somebody))
    work()
    SignInCode.objects.using("bulk").update(
        asked_at=timezone.now() - timedelta(minutes=6), expires_at=timezone.now() - timedelta(minutes=1)
    )
    answer = client.post(ENTER, {"code": code_in(carried()[-1])})
    assert answer.status_code == 400
    assert "已失效" in answer.content.decode()


def test_after_five_wrong_tries_even_the_right_code_is_refused(somebody):
    client, _answer = asked(number_of(somebody))
    work()
    right = code_in(carried()[-1])
    wrong = "000000" if right != "000000" else "111111"
    for _try in range(5):
        assert client.post(ENTER, {"code": wrong}).status_code == 400
    assert client.post(ENTER, {"code": right}).status_code == 400


def test_one_number_is_asked_for_three_times_and_then_no_more(somebody):
    answers = [asked(number_of(somebody))[1].status_code for _time in range(4)]
    assert answers == [302, 302, 302, 400]


def test_the_limit_is_told_alike_for_a_number_that_nobody_has(database):
    answers = [asked(unknown_number())[1] for _time in range(4)]
    assert "尝试次数过多" in answers[-1].content.decode()


def test_a_code_is_never_kept_in_plain_text(somebody):
    asked(number_of(somebody))
    work()
    code = code_in(carried()[-1])
    message = Message.objects.using("bulk").get()
    row = SignInCode.objects.using("bulk").get()
    assert message.text_sealed == ""
    assert not any(code in str(value) for found in (message, row) for value in vars(found).values())


def test_somebody_who_died_gets_no_code(resident):
    gone = resident("V1", "演示乙", phone="13800138001", deceased_on=timezone.localdate())
    asked(number_of(gone))
    work()
    assert carried() == []


def test_a_session_ends_after_it_has_rested(somebody):
    client = browser_of(somebody)
    session = client.session
    session["resident_seen"] -= 16 * 60
    session.save()
    assert client.get("/resident_services/").status_code == 302


def test_signing_out_ends_the_session(somebody):
    client = browser_of(somebody)
    client.post("/resident_services/sign-out")
    assert client.get("/resident_services/").headers["Location"] == SIGN_IN


def test_staff_sign_in_ends_the_residents_session_in_that_browser(somebody, account):
    made = account("coder", "H1")
    client = browser_of(somebody)
    client.post("/accounts/sign-in", {"username": made.username, "password": "right-password-1"})
    assert client.get("/resident_services/").status_code == 403
    assert "resident" not in client.session


def test_a_residents_sign_in_ends_the_staff_session_in_that_browser(somebody, signed_in):
    client = signed_in("coder", "H1")
    client.post(SIGN_IN, {"number": number_of(somebody)})
    work()
    client.post(ENTER, {"code": code_in(carried()[-1])})
    assert "account" not in client.session
    assert client.get("/").headers["Location"].startswith("/accounts/sign-in")


def test_a_residents_session_opens_no_page_of_the_staff(somebody):
    client = browser_of(somebody)
    assert client.get("/front_pages/").status_code == 302
    assert client.get("/jobs/").status_code == 302
