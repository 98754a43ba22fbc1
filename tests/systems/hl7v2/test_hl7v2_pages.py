"""The pages of the message log: who sees what, and what the buttons do."""

import pytest
from hl7v2_messages import admission, row


@pytest.fixture
def operator(signed_in):
    return signed_in("exchange_operator", "C")


def page(answer, more=""):
    return f"/hl7v2/{answer.message_id}{more}"


def test_the_list_says_how_many_and_finds_by_state(send, operator):
    send(admission("77-good"))
    send(admission("78-bad", patient=""))
    shown = operator.get("/hl7v2/").content.decode()
    assert "77-good" in shown and "78-bad" in shown
    filtered = operator.get("/hl7v2/?where_state=rejected").content.decode()
    assert "78-bad" in filtered and "77-good" not in filtered


def test_an_empty_log_says_what_to_do_first(operator):
    assert "yigongti hl7 listen" in operator.get("/hl7v2/").content.decode()


def test_a_message_shows_its_parts_its_answer_and_its_history_and_hides_whom_it_is_about(send, operator):
    shown = operator.get(page(send(admission(patient="100200300")))).content.decode()
    assert "PV1-2" in shown and "Patient class" in shown
    assert "MSA|AA|42" in shown
    assert "已写入档案" in shown
    assert "张" not in shown and "100200300" not in shown


def test_who_may_see_identities_there_sees_them_and_leaves_a_trail(send, account, county):
    from django.test import Client
    from hl7v2_messages import AT

    from yigongti.kernel.access.models import Post
    from yigongti.kernel.trail.models import TrailEntry

    made = account("exchange_operator", "H1")
    Post.objects.using("bulk").create(
        account_id=made.pk, institution_id=county["H1"].pk, role_id="registration_desk", valid_from=AT.date()
    )
    browser = Client()
    browser.post("/accounts/sign-in", {"username": made.username, "password": "right-password-1"})
    answer = send(admission())
    assert "张^三" in browser.get(page(answer)).content.decode()
    assert browser.get(page(answer, "/raw")).content == admission().encode()
    verbs = TrailEntry.objects.using("bulk").filter(username=made.username).values_list("verb", flat=True)
    assert {"hl7v2.identity_seen", "hl7v2.raw_fetched"} <= set(verbs)


def test_the_bytes_are_not_for_those_who_may_not_see_identities(send, operator):
    assert operator.get(page(send(admission()), "/raw")).status_code == 403


def test_a_message_that_cannot_be_read_still_has_its_page(send, operator):
    answer = operator.get(page(send(b"garbage \xff\xff")))
    assert answer.status_code == 200
    assert "hl7v2" in answer.content.decode()


def test_a_rejected_message_is_asked_for_again_by_its_button(send, operator):
    answer = send(admission(patient=""))
    assert operator.post(page(answer, "/rerun")).status_code == 302
    assert row(answer).state == "stored"


def test_a_dead_letter_is_retried_by_its_button(send, operator, records):
    from yigongti.interfaces.hl7v2.models import MessageLog

    answer = send(admission())
    MessageLog.objects.using("bulk").update(state="dead")
    assert operator.post(page(answer, "/retry")).status_code == 302
    assert row(answer).state == "stored"


def test_what_is_done_is_not_retried(send, operator):
    assert operator.post(page(send(admission()), "/retry")).status_code == 409


def test_another_hospitals_operator_finds_nothing(send, signed_in):
    answer = send(admission("77-secret"))
    stranger = signed_in("exchange_operator", "H2")
    assert "77-secret" not in stranger.get("/hl7v2/").content.decode()
    assert stranger.get(page(answer)).status_code == 404
    assert stranger.post(page(answer, "/rerun")).status_code == 404


@pytest.mark.parametrize("role", ["physician", "system_administrator", "county_director"])
def test_others_may_not_open_the_log(send, signed_in, role):
    send(admission())
    assert signed_in(role, "C").get("/hl7v2/").status_code == 403
