"""Two answers to one checklist: both kept, a person decides, nothing is lost, and the system is told what counts."""

import pytest
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound
from yigongti.kernel.access.queries import actor_by_username
from yigongti.kernel.access.scope import scope
from yigongti.kernel.forms import subjects
from yigongti.kernel.forms.actions.resolve_conflict import resolve_conflict
from yigongti.kernel.forms.models import Answer, AnswerState, Assignment, Merged


@pytest.fixture
def heard(monkeypatch):
    told = []
    monkeypatch.setattr(
        subjects,
        "_told",
        {"trials.School": lambda actor, accepted, at: told.append((accepted.answer_id, accepted.replaces))},
    )
    return told


@pytest.fixture
def two(clerk, send, hand_out, heard):
    """(assignment, first answer, second answer) that contradict each other in the meals and in one check."""
    (browser, device), school = clerk, hand_out()
    kitchen = {"raw_cooked": "no", "core_temperature": {"value": "75.5", "code": "Cel"},
               "sample_grams": {"value": 130, "code": "g"}, "sample_hours": "yes", "dishes_disinfected": "yes",
               "pests": "na", "purchase": "yes"}  # fmt: skip
    first = device.answer(school, {"meals": 320})
    second = device.answer(school, {"meals": 410, "kitchen": kitchen})
    assert send(browser, first).json()["state"] == "received"
    assert send(browser, second).json()["state"] == "conflict"
    one, other = Answer.objects.using("bulk").order_by("id")
    return school, one, other


@pytest.fixture
def decide(clerk):
    def decided(*arguments, **more):
        actor = actor_by_username("township_clerk-T1", timezone.localdate())
        with scope(actor):
            return resolve_conflict(actor, *arguments, at=timezone.now(), **{"reason": "以现场为准", **more})

    return decided


def states():
    return [(state.answer_id, state.kind) for state in AnswerState.objects.using("bulk").order_by("id")]


def test_the_first_counts_until_somebody_decides_and_the_system_heard_of_it_alone(two, heard):
    school, first, second = two
    kept = Assignment.objects.using("bulk").get(pk=school.pk)
    assert (kept.answer_id, kept.has_conflict) == (first.pk, True)
    assert states() == [(first.pk, "accepted"), (second.pk, "conflict")]
    assert heard == [(first.pk, None)]


def test_the_page_shows_both_beside_each_other_where_they_differ(two, clerk):
    school, _first, _second = two
    browser, _device = clerk
    page = browser.get(f"/forms/checklists/{school.pk}").content.decode()
    assert "field-meals" in page and "field-kitchen/raw_cooked" in page
    assert "field-school" not in page, "they agree on it"
    assert "410" in page and "320" in page


def test_choosing_the_second_sets_the_first_aside_and_tells_the_system(two, decide, heard):
    school, first, second = two
    decide(school.pk, second.pk, {})
    kept = Assignment.objects.using("bulk").get(pk=school.pk)
    assert (kept.answer_id, kept.has_conflict) == (second.pk, False)
    assert states()[2:] == [(first.pk, "superseded"), (second.pk, "chosen")]
    assert heard[1:] == [(second.pk, first.pk)]


def test_choosing_the_first_tells_the_system_nothing_new(two, decide, heard):
    school, first, _second = two
    decide(school.pk, first.pk, {})
    assert len(heard) == 1


def test_putting_one_together_field_by_field_makes_a_third_and_keeps_both(two, decide, heard):
    school, first, second = two
    made = decide(school.pk, first.pk, {"meals": second.pk})
    by_link = {item["linkId"]: item for item in made.response["item"]}
    assert by_link["meals"]["answer"] == [{"valueInteger": 410}]
    kitchen = {item["linkId"]: item for item in by_link["kitchen"]["item"]}
    assert kitchen["raw_cooked"]["answer"][0]["valueCoding"]["code"] == "yes"
    assert Answer.objects.using("bulk").count() == 3
    assert set(Merged.objects.using("bulk").values_list("source_id", flat=True)) == {first.pk, second.pk}
    assert heard[-1] == (made.pk, first.pk)


def test_what_is_put_together_must_be_as_the_form_asks(two, decide):
    school, first, second = two
    with pytest.raises(NotFound):
        decide(school.pk, first.pk, {"meals": 999})
    with pytest.raises(InvalidInput):
        decide(school.pk, second.pk, {}, reason="  ")


def test_a_conflict_is_decided_once(two, decide):
    school, first, _second = two
    decide(school.pk, first.pk, {})
    with pytest.raises(Conflict):
        decide(school.pk, first.pk, {})


def test_a_stranger_decides_nothing(two, actor):
    school, first, _second = two
    stranger = actor("coder", "H2")
    with scope(stranger), pytest.raises(NotFound):
        resolve_conflict(stranger, school.pk, first.pk, {}, reason="x", at=timezone.now())


def test_the_form_of_the_page_decides(two, clerk):
    school, first, second = two
    browser, _device = clerk
    answer = browser.post(
        f"/forms/checklists/{school.pk}/decide",
        {"answer": first.pk, "field-meals": second.pk, "field-kitchen/raw_cooked": first.pk, "reason": "点数"},
    )
    assert answer.status_code == 302
    assert Assignment.objects.using("bulk").get(pk=school.pk).has_conflict is False


def test_a_form_without_a_reason_says_so_and_keeps_the_conflict(two, clerk):
    school, first, _second = two
    browser, _device = clerk
    answer = browser.post(f"/forms/checklists/{school.pk}/decide", {"answer": first.pk, "reason": ""})
    assert answer.status_code == 400 and "理由" in answer.content.decode()
    assert Assignment.objects.using("bulk").get(pk=school.pk).has_conflict is True
