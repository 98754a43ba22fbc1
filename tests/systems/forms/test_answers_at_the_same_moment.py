"""Devices that send at the same moment: one answer counts, the same one is kept once, a cancelled one not filled."""

import threading

import pytest
from django.db import connections
from django.utils import timezone

from yigongti.foundation.errors import YigongtiError
from yigongti.kernel.access.queries import actor_by_username
from yigongti.kernel.access.scope import scope
from yigongti.kernel.attachments.models import Attachment
from yigongti.kernel.forms.actions.resolve_conflict import resolve_conflict
from yigongti.kernel.forms.actions.take_answer import take_answer
from yigongti.kernel.forms.arrived import read_arrived
from yigongti.kernel.forms.models import Answer, AnswerState, Assignment
from yigongti.kernel.forms.public import cancel_assignment


@pytest.fixture
def at_once(clerk):
    """at_once(act, act, …): each in a thread and scope of its own → what came of each, errors among them."""
    actor = actor_by_username("township_clerk-T1", timezone.localdate())

    def run(*acts):
        started, came = threading.Barrier(len(acts)), []

        def one(act):
            try:
                with scope(actor):
                    started.wait(20)
                    came.append(act(actor))
            except YigongtiError as error:
                came.append(error.code)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=one, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return came

    return run


def taking(told):
    text, files = told
    return lambda actor: take_answer(actor, read_arrived(text), files, at=timezone.now())


def test_of_two_first_answers_one_counts_and_the_other_is_a_conflict(clerk, hand_out, at_once):
    (_browser, device), school = clerk, hand_out()
    came = at_once(*(taking(device.answer(school, {"meals": number})) for number in (1, 2, 3)))
    assert sorted(taken.state for taken in came) == ["accepted", "conflict", "conflict"]
    kept = Assignment.objects.using("bulk").get(pk=school.pk)
    accepted = AnswerState.objects.using("bulk").get(kind="accepted")
    assert (kept.answer_id, kept.has_conflict) == (accepted.answer_id, True)


def test_the_same_answer_at_once_is_kept_once(clerk, hand_out, at_once):
    (_browser, device), school = clerk, hand_out()
    whole = device.answer(school)
    came = at_once(*[taking(whole)] * 4)
    assert sorted(taken.already for taken in came) == [False, True, True, True]
    assert Answer.objects.using("bulk").count() == 1
    assert Attachment.objects.using("bulk").count() == 1


def test_an_answer_and_a_cancellation_at_once_leave_one_of_them(clerk, hand_out, at_once):
    (_browser, device), school = clerk, hand_out()
    came = at_once(
        taking(device.answer(school)),
        lambda actor: cancel_assignment(actor, school.pk, why="停课", at=timezone.now()).state,
    )
    kept = Assignment.objects.using("bulk").get(pk=school.pk)
    if kept.state == "cancelled":
        assert "forms.cancelled" in came and not Answer.objects.using("bulk").exists()
    else:
        assert "forms.answered_already" in came and kept.answer_id


def test_two_people_deciding_at_once_decide_once(clerk, send, hand_out, at_once):
    (browser, device), school = clerk, hand_out()
    for meals in (1, 2):
        send(browser, device.answer(school, {"meals": meals}))
    first, second = Answer.objects.using("bulk").order_by("id").values_list("pk", flat=True)

    def deciding(number):
        return lambda actor: resolve_conflict(actor, school.pk, number, {}, reason="x", at=timezone.now()).pk

    came = at_once(deciding(first), deciding(second))
    assert "forms.no_conflict" in came
    (decided,) = [one for one in came if one != "forms.no_conflict"]
    assert Assignment.objects.using("bulk").get(pk=school.pk).answer_id == decided
