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
    assert "mark mark-good" in shown
    assert "张" not in shown and "100200300" not in shown


def test_whom_a_message_is_about_is_shown_when_asked_for_and_leaves_a_trail(send, operator):
    from yigongti.kernel.trail.models import TrailEntry

    answer = send(admission())
    assert "张^三" in operator.get(page(answer, "?identity=shown")).content.decode()
    assert operator.get(page(answer, "/raw")).content == admission().encode()
    verbs = TrailEntry.objects.using("bulk").filter(subject=f"hl7v2 {answer.message_id}").values_list("verb", flat=True)
    assert list(verbs.order_by("id")) == ["hl7v2.identity_seen", "hl7v2.raw_fetched"]


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
