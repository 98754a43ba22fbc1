"""An answer is taken once, whole, with its photographs, or not at all; no device's clock is believed."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from yigongti.foundation.errors import YigongtiError
from yigongti.kernel.access.scope import scope
from yigongti.kernel.attachments.models import Attachment
from yigongti.kernel.forms import subjects
from yigongti.kernel.forms.models import Answer, AnswerState, Assignment
from yigongti.kernel.forms.public import answers_of, cancel_assignment, findings_of, form_on, register_subject


def stored():
    return list(Answer.objects.using("bulk").order_by("id"))


def state_of(assignment):
    return Assignment.objects.using("bulk").get(pk=assignment.pk)


@pytest.fixture
def told(monkeypatch):
    """What the system of the subject was told."""
    heard = []
    monkeypatch.setattr(subjects, "_told", {})
    register_subject("trials.School", lambda actor, accepted, at: heard.append(accepted))
    return heard


def test_a_good_answer_is_kept_with_its_photograph_score_and_findings(clerk, send, hand_out, files, own_folder, told):
    (browser, device), school = clerk, hand_out()
    text, sent = device.answer(school, {"certified": 4})
    answer = send(browser, (text, sent))
    assert answer.status_code == 200, answer.content.decode()
    assert answer.json()["state"] == "received"
    (kept,) = stored()
    assert (str(kept.client_id), str(kept.score)) == (json.loads(text)["client_id"], "100.0000")
    assert kept.response["resourceType"] == "QuestionnaireResponse"
    picture = Attachment.objects.using("bulk").get()
    assert picture.subject == f"forms.Answer/{kept.client_id}"
    assert (own_folder / picture.digest[:2] / picture.digest).read_bytes() == files.jpeg(40, 30)
    assert f"/attachments/{picture.pk}" in json.dumps(kept.response)
    assert "urn:uuid:" not in json.dumps(kept.response)
    assert state_of(school).state == "answered"
    (heard,) = told
    assert (heard.subject, [finding.link_id for finding in heard.findings]) == ("trials.School/a", ["uncertified"])
    version = form_on("school_canteen", timezone.localdate())
    assert [finding.link_id for finding in findings_of(version, kept.response)] == ["uncertified"]


def test_the_same_answer_sent_twice_is_kept_once_and_said_to_be_there(clerk, send, hand_out, told):
    (browser, device), school = clerk, hand_out()
    whole = device.answer(school)
    first, second = send(browser, whole), send(browser, whole)
    assert (first.json()["already"], second.json()["already"]) == (False, True)
    assert second.json()["receivedAt"] == first.json()["receivedAt"]
    assert (len(stored()), len(told), Attachment.objects.using("bulk").count()) == (1, 1, 1)


def test_an_id_that_was_used_for_another_answer_is_refused(clerk, send, hand_out):
    (browser, device), school = clerk, hand_out()
    client_id = str(uuid4())
    send(browser, device.answer(school, client_id=client_id))
    answer = send(browser, device.answer(school, {"meals": 1}, client_id=client_id))
    assert (answer.status_code, answer.json()["code"], answer.json()["final"]) == (409, "forms.same_id", True)
    assert len(stored()) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"MZ\x90\x00" + b"\x00" * 500, "attachments.program"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "attachments.web_page"),
        (b"#!/bin/sh\n", "attachments.script"),
    ],
)
def test_a_photograph_that_is_a_program_is_refused_and_nothing_is_kept(clerk, send, hand_out, own_folder, data, code):
    (browser, device), school = clerk, hand_out()
    answer = send(browser, device.answer(school, photographs={"a": data}))
    assert (answer.status_code, answer.json()["code"], answer.json()["final"]) == (400, code, True)
    assert answer.json()["zh"]
    assert stored() == []
    assert state_of(school).state == "open"
    assert not Attachment.objects.using("bulk").exists()


def test_of_two_photographs_a_good_one_is_not_kept_when_the_other_is_a_program(clerk, send, hand_out, files):
    (browser, device), school = clerk, hand_out()
    answer = send(browser, device.answer(school, photographs={"a": files.jpeg(), "b": b"MZ" + b"\x00" * 99}))
    assert answer.status_code == 400
    assert not Attachment.objects.using("bulk").exists()


def test_a_photograph_that_was_cut_off_is_asked_for_again(clerk, send, hand_out):
    (browser, device), school = clerk, hand_out()
    text, sent = device.answer(school)
    half = {id: data[: len(data) // 2] for id, data in sent.items()}
    answer = send(browser, (text, half))
    assert (answer.json()["code"], answer.json()["final"]) == ("forms.photograph_incomplete", False)
    assert send(browser, (text, {})).json()["final"] is False
    assert stored() == []
    assert send(browser, (text, sent)).json()["state"] == "received"


def test_a_body_that_was_cut_off_half_way_is_asked_for_again(clerk, hand_out):
    (browser, device), school = clerk, hand_out()
    text, _sent = device.answer(school)
    border = "0123456789abcdef"
    whole = f'--{border}\r\nContent-Disposition: form-data; name="answer"\r\n\r\n{text}\r\n--{border}--\r\n'.encode()
    for place in (len(whole) // 2, len(whole) // 4, 60):
        answer = browser.generic(
            "POST", "/forms/work/answers", whole[:place], content_type=f"multipart/form-data; boundary={border}"
        )
        assert answer.status_code == 400
        assert not (answer.headers["Content-Type"] == "application/json" and answer.json()["final"])
    assert stored() == []


def test_faults_come_back_at_their_fields_and_nothing_is_kept(clerk, send, hand_out):
    (browser, device), school = clerk, hand_out()
    answer = send(browser, device.answer(school, {"meals": 0, "school": None}))
    assert (answer.status_code, answer.json()["code"]) == (400, "forms.faults")
    assert {fault["path"]: fault["code"] for fault in answer.json()["faults"]} == {
        "school": "required",
        "meals": "too_low",
    }
    assert stored() == []


def test_a_photograph_that_is_named_and_not_sent_is_a_fault(clerk, send, hand_out):
    (browser, device), school = clerk, hand_out()
    answer = send(browser, device.answer(school, {"kitchen_photographs": [{"url": f"urn:uuid:{uuid4()}"}]}))
    assert {fault["code"] for fault in answer.json()["faults"]} == {"photograph"}


def test_a_score_that_the_device_claims_is_calculated_again(clerk, send, hand_out):
    (browser, device), school = clerk, hand_out()
    assert send(browser, device.answer(school, {"total": 3, "licence": "no"})).status_code == 200
    (kept,) = stored()
    assert str(kept.score) == "80.0000"


@pytest.mark.parametrize(
    ("times", "flags"),
    [
        ({}, []),
        ({"finished_at": timedelta(days=400), "sent_at": timedelta(days=400)}, ["ahead", "future"]),
        (
            {"started_at": timedelta(days=-900), "finished_at": timedelta(days=-900), "sent_at": timedelta(days=-900)},
            ["behind", "before_assignment"],
        ),
        ({"started_at": timedelta(), "finished_at": timedelta(minutes=-9)}, ["backwards"]),
        ({"finished_at": timedelta(hours=3)}, ["future"]),
    ],
)
def test_a_clock_that_is_wrong_is_kept_shown_and_flagged(clerk, send, hand_out, times, flags):
    (browser, device), school = clerk, hand_out()
    now = timezone.now()
    answer = send(browser, device.answer(school, **{name: now + shift for name, shift in times.items()}))
    assert answer.json()["flags"] == flags
    (kept,) = stored()
    assert abs(kept.received_at - now) < timedelta(minutes=1)
    page = browser.get(f"/forms/checklists/{school.pk}").content.decode()
    assert page.count("mark-due") == len(flags)


def test_the_order_of_answers_is_that_of_arrival_whatever_the_devices_say(clerk, send, hand_out):
    (browser, device), school = clerk, hand_out()
    now = timezone.now()
    first = device.answer(school, {"meals": 1}, finished_at=now + timedelta(days=300))
    second = device.answer(school, {"meals": 2}, finished_at=now - timedelta(days=300))
    assert send(browser, first).json()["state"] == "received"
    assert send(browser, second).json()["state"] == "conflict"
    assert state_of(school).answer_id == stored()[0].pk


def test_an_answer_of_another_account_is_kept_for_that_account(clerk, send, hand_out, device):
    browser, _device = clerk
    answer = send(browser, device(999).answer(hand_out()))
    assert (answer.json()["code"], answer.json()["final"]) == ("forms.other_account", False)


def test_a_checklist_of_another_place_cannot_be_filled(clerk, send, hand_out):
    browser, device = clerk
    answer = send(browser, device.answer(hand_out(owner="H2")))
    assert (answer.status_code, answer.json()["code"]) == (404, "forms.no_assignment")
    assert stored() == []


def test_a_cancelled_checklist_takes_no_answer(clerk, send, hand_out):
    (browser, device), school = clerk, hand_out()
    cancel_assignment(None, school.pk, why="学校停课", at=timezone.now())
    answer = send(browser, device.answer(school))
    assert (answer.status_code, answer.json()["code"]) == (409, "forms.cancelled")


def test_what_the_subject_s_system_cannot_take_is_taken_back_whole(clerk, send, hand_out, monkeypatch):
    (browser, device), school = clerk, hand_out()

    def refuse(actor, accepted, at):
        raise YigongtiError("trials.no", zh="不行", en="no")

    monkeypatch.setattr(subjects, "_told", {"trials.School": refuse})
    assert send(browser, device.answer(school)).json()["code"] == "trials.no"
    assert stored() == []
    assert state_of(school).state == "open"


def test_a_checklist_is_handed_out_once_for_its_key(hand_out):
    assert hand_out("a").pk == hand_out("a").pk
    assert hand_out("a").pk != hand_out("b").pk


def test_answers_are_neither_changed_nor_removed_and_no_page_writes_them(clerk, send, hand_out, actor, county):
    (browser, device), school = clerk, hand_out()
    send(browser, device.answer(school))
    me = actor("township_clerk", "T1", username="colleague")
    with scope(me):
        assert len(answers_of("trials.School/a")) == 1
        for attempt in (
            lambda: Answer.objects.update(score=100),
            lambda: Answer.objects.all().delete(),
            lambda: AnswerState.objects.all().delete(),
            lambda: AnswerState.objects.create(
                answer=Answer.objects.get(), kind="chosen", happened_at=timezone.now(), account_id=1
            ),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                attempt()
        assert Assignment.objects.update(state="open") == 0
