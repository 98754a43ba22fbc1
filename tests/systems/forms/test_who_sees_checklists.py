"""Checklists are seen by the place that fills them and whoever is named; by the place concerned once it is told."""

import pytest
from django.utils import timezone

from yigongti.kernel.access.scope import scope
from yigongti.kernel.attachments.models import Attachment
from yigongti.kernel.forms.models import Answer, Assignment
from yigongti.kernel.forms.public import show_to_institution


@pytest.fixture
def answered(clerk, send, hand_out):
    (browser, device), school = clerk, hand_out()
    assert send(browser, device.answer(school)).status_code == 200
    return school


def seen_by(someone):
    with scope(someone):
        return Assignment.objects.count(), Answer.objects.count()


def test_the_place_that_fills_it_and_those_above_see_it(answered, actor):
    assert seen_by(actor("township_clerk", "T1", username="colleague")) == (1, 1)
    assert seen_by(actor("county_director", "C")) == (1, 1)


def test_another_hospital_sees_nothing(answered, actor):
    assert seen_by(actor("coder", "H2")) == (0, 0)


def test_the_place_concerned_sees_it_only_once_it_is_told(answered, actor):
    doctor = actor("village_doctor", "V1")
    assert seen_by(doctor) == (0, 0)
    show_to_institution(None, answered.pk, at=timezone.now())
    assert seen_by(doctor) == (1, 1)


def test_a_photograph_follows_the_answer(answered, actor, signed_in):
    doctor, stranger = signed_in("village_doctor", "V1"), signed_in("coder", "H2")
    place = f"/attachments/{Attachment.objects.using('bulk').get().pk}"
    assert doctor.get(place).status_code == 404
    show_to_institution(None, answered.pk, at=timezone.now())
    assert doctor.get(place).status_code == 200
    assert stranger.get(place).status_code == 404
    assert signed_in("township_clerk", "T1", username="colleague").get(place).status_code == 200


def test_a_second_answer_in_conflict_is_not_shown_to_the_place_concerned(answered, clerk, send, actor):
    browser, device = clerk
    send(browser, device.answer(answered, {"meals": 9}))
    show_to_institution(None, answered.pk, at=timezone.now())
    assert seen_by(actor("village_doctor", "V1")) == (1, 1)


def test_a_checklist_in_somebody_s_name_is_theirs_alone_to_fill(hand_out, account, signed_in):
    doctor = account("village_doctor", "V1")
    hand_out("mine", account_id=doctor.pk)
    hand_out("anybody", owner="V1")
    hand_out("above")
    from django.test import Client

    client = Client()
    client.post("/accounts/sign-in", {"username": doctor.username, "password": "right-password-1"})
    told = client.get("/forms/work/checklists").json()
    assert len(told["checklists"]) == 2
    assert told["account"] == doctor.pk
    other = signed_in("village_doctor", "V1", username="other").get("/forms/work/checklists").json()
    assert len(other["checklists"]) == 1


def test_the_working_set_is_bounded_and_says_what_is_left(hand_out, clerk, monkeypatch):
    from yigongti.kernel.forms.pages import work

    for number in range(5):
        hand_out(str(number))
    limits = {"forms.working_set_assignments": 3, "forms.working_set_kilobytes": 3000}
    monkeypatch.setattr(work, "limit", lambda name: limits[name])
    browser, _device = clerk
    told = browser.get("/forms/work/checklists").json()
    assert (len(told["checklists"]), told["more"], list(told["forms"])) == (3, 2, ["school_canteen/2026-01-01"])
    limits["forms.working_set_kilobytes"] = 1
    assert browser.get("/forms/work/checklists").json()["more"] == 5


def test_the_page_that_a_browser_keeps_names_nobody(clerk, hand_out):
    hand_out()
    browser, _device = clerk
    page = browser.get("/forms/work/").content.decode()
    assert "township_clerk" not in page and "甲校" not in page
    worker = browser.get("/forms/work/worker.js")
    assert worker.headers["Service-Worker-Allowed"] == "/forms/work/"
    assert worker.headers["Content-Type"].startswith("text/javascript")
    assert "/forms/work/session" in worker.content.decode().split("\n")[0]


def test_somebody_named_fills_a_checklist_of_a_place_that_is_not_the_own(hand_out, account, device, send):
    from django.test import Client

    worker = account("public_health_worker", "H2")
    school = hand_out("lent", owner="T1", account_id=worker.pk)
    client = Client()
    client.post("/accounts/sign-in", {"username": worker.username, "password": "right-password-1"})
    answer = send(client, device(worker.pk).answer(school))
    assert answer.json()["state"] == "received", answer.content.decode()
    assert client.get(f"/forms/checklists/{school.pk}").status_code == 200
    assert client.get(f"/attachments/{Attachment.objects.using('bulk').get().pk}").status_code == 200
