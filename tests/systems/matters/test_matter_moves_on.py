"""A matter moves from hand to hand, and nothing moves it that may not."""

from decimal import Decimal

import pytest

from systems.matters.conftest import AT
from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import Given, act, inbox


def test_a_matter_goes_from_the_bureau_to_the_hospital_and_back_and_is_closed(people, opened):
    with scope(people["bureau"]):
        matter = opened(people["bureau"])
        act(people["bureau"], matter.pk, "ask", at=AT, given=Given(words="请说明"), version=1)
    with scope(people["hospital"]):
        assert [each.pk for each in inbox(people["hospital"], AT.date())] == [matter.pk]
        act(people["hospital"], matter.pk, "answer", at=AT, given=Given(words="已核实"), version=2)
    with scope(people["second"]):
        done = act(people["second"], matter.pk, "rule", at=AT, given=Given(amount=Decimal("12.30")), version=3)
        assert (done.state, done.amount, done.closed_at) == ("closed", Decimal("12.30"), AT)
        assert [step.action for step in done.steps.all()] == ["opened", "ask", "answer", "rule"]


def test_the_deadline_counts_working_days_over_the_national_day_holiday(people, opened):
    with scope(people["bureau"]):
        matter = act(people["bureau"], opened(people["bureau"]).pk, "ask", at=AT, given=Given(words="请说明"))
    assert matter.due_on.isoformat() == "2026-10-16"  # ten working days, 1 to 7 October left out, Saturday 10 worked


def test_the_hospital_sees_nothing_before_it_is_asked(people, opened):
    with scope(people["bureau"]):
        matter = opened(people["bureau"])
    with scope(people["hospital"]), pytest.raises(NotFound):
        act(people["hospital"], matter.pk, "answer", at=AT, given=Given(words="已核实"))


def test_another_hospital_never_sees_it(people, opened):
    with scope(people["bureau"]):
        matter = act(people["bureau"], opened(people["bureau"]).pk, "ask", at=AT, given=Given(words="请说明"))
    with scope(people["other"]), pytest.raises(NotFound):
        act(people["other"], matter.pk, "answer", at=AT, given=Given(words="已核实"))


def test_a_step_without_its_words_changes_nothing(people, opened):
    with scope(people["bureau"]):
        matter = opened(people["bureau"])
        with pytest.raises(InvalidInput, match="words_missing"):
            act(people["bureau"], matter.pk, "ask", at=AT)
        matter.refresh_from_db()
        assert (matter.state, matter.steps.count()) == ("found", 1)


def test_who_asked_may_not_rule(people, opened):
    with scope(people["bureau"]):
        matter = opened(people["bureau"])
        act(people["bureau"], matter.pk, "ask", at=AT, given=Given(words="请说明"))
    with scope(people["hospital"]):
        act(people["hospital"], matter.pk, "answer", at=AT, given=Given(words="已核实"))
    with scope(people["bureau"]), pytest.raises(NotPermitted, match="second person"):
        act(people["bureau"], matter.pk, "rule", at=AT, given=Given(amount=1))


def test_two_who_saw_the_same_version_do_not_both_act(people, opened):
    with scope(people["bureau"]):
        matter = opened(people["bureau"])
        act(people["bureau"], matter.pk, "ask", at=AT, given=Given(words="请说明"), version=1)
    with scope(people["second"]), pytest.raises(Conflict, match="moved"):
        act(people["second"], matter.pk, "ask", at=AT, given=Given(words="请说明"), version=1)


def test_one_subject_has_one_open_matter(people, opened):
    with scope(people["bureau"]):
        opened(people["bureau"])
        with pytest.raises(Conflict, match="open already"):
            opened(people["bureau"])


def test_a_step_that_its_caller_forgives_leaves_no_trace(people, opened, monkeypatch, tried):
    """A page shows the error and goes on in the same transaction: nothing of the step may stay in it."""
    from yigongti.kernel.matters.actions import act as module

    def refuse(*_given):
        raise Conflict("tried.refused", zh="不行", en="no")

    monkeypatch.setattr(module, "tell_of_move", refuse)
    with scope(people["bureau"]):
        matter = opened(people["bureau"])
        with pytest.raises(Conflict, match="no"):
            act(people["bureau"], matter.pk, "ask", at=AT, given=Given(words="请说明"))
    with scope(people["bureau"]):
        matter.refresh_from_db()
        assert (matter.state, matter.last_step, matter.steps.count()) == ("found", 1, 1)


def test_a_department_answers_only_for_itself(people, opened, actor):
    orthopaedics = actor("coder", "H1", department="0301", username="orthopaedics")
    with scope(people["bureau"]):
        own = opened(people["bureau"], "own", department_code="0301")
        others = opened(people["bureau"], "others", department_code="0402")
        for matter in (own, others):
            act(people["bureau"], matter.pk, "ask", at=AT, given=Given(words="请说明"))
    with scope(orthopaedics):
        assert [each.pk for each in inbox(orthopaedics, AT.date())] == [own.pk]
        with pytest.raises(NotPermitted, match="another department"):
            act(orthopaedics, others.pk, "answer", at=AT, given=Given(words="已核实"))


def test_an_internal_step_is_hidden_from_the_hospital_and_its_number_is_not_given_twice(people, opened, answered):
    matter = answered()
    with scope(people["bureau"]):
        act(people["bureau"], matter.pk, "note", at=AT, given=Given(words="院方说法可疑"))
    with scope(people["hospital"]):
        assert [step.action for step in matter.steps.all()] == ["opened", "ask", "answer"]
        from yigongti.kernel.matters.public import comment

        comment(people["hospital"], matter.pk, "补充说明", at=AT)
    with scope(people["bureau"]):
        assert list(matter.steps.values_list("number", "action"))[3:] == [(4, "note"), (5, "comment")]


def test_a_clock_that_was_set_back_stops_the_step(people, opened):
    from datetime import timedelta

    with scope(people["bureau"]):
        matter = opened(people["bureau"])
        with pytest.raises(Conflict, match="clock"):
            act(people["bureau"], matter.pk, "ask", at=AT - timedelta(minutes=6), given=Given(words="请说明"))
        done = act(people["bureau"], matter.pk, "ask", at=AT - timedelta(minutes=4), given=Given(words="请说明"))
        assert done.changed_at == AT  # clocks of two servers differ a little: never before the last step
