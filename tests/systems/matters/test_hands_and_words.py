"""A matter is given to one person and taken back; people say something about it; a step is taken back."""

from datetime import timedelta

import pytest

from systems.matters.conftest import AT
from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.models import Letter
from yigongti.kernel.matters.public import Given, act, assign, comment, inbox, may_undo, people_at, take_back, undo
from yigongti.kernel.messages.queries import notices_of


def test_what_was_given_to_somebody_is_in_that_inbox_alone_and_that_account_is_told(people, opened):
    with scope(people["bureau"]):
        matter = opened(people["bureau"])
        assign(people["bureau"], matter.pk, people["second"].account_id, at=AT, version=1)
        assert inbox(people["bureau"], AT.date()).count() == 0
    with scope(people["second"]):
        assert inbox(people["second"], AT.date()).get().pk == matter.pk
        assert [each.kind for each in notices_of(people["second"])] == ["matter_in_your_hands"]


def test_whoever_sits_at_the_desk_takes_it_back(people, opened):
    with scope(people["bureau"]):
        matter = opened(people["bureau"])
        assign(people["bureau"], matter.pk, people["second"].account_id, at=AT)
        with pytest.raises(Conflict, match="take it back first"):
            assign(people["bureau"], matter.pk, people["bureau"].account_id, at=AT)
        take_back(people["bureau"], matter.pk, at=AT)
        assert inbox(people["bureau"], AT.date()).count() == 1
        with pytest.raises(Conflict, match="nobody"):
            take_back(people["bureau"], matter.pk, at=AT)
        assert [step.action for step in matter.steps.all()] == ["opened", "assigned", "taken_back"]


def test_nothing_is_given_to_somebody_who_does_not_sit_at_the_desk(people, opened):
    with scope(people["bureau"]):
        matter = opened(people["bureau"])
        with pytest.raises(NotPermitted, match="holds no post"):
            assign(people["bureau"], matter.pk, people["hospital"].account_id, at=AT)


def test_nobody_gives_away_the_matter_of_another_desk(people, asked):
    matter = asked()
    with scope(people["bureau"]), pytest.raises(NotPermitted):
        assign(people["bureau"], matter.pk, people["hospital"].account_id, at=AT)


def test_those_at_a_desk_are_found_by_name(people, county):
    found = people_at("front_pages.correct", county["H1"].pk, AT.date())
    assert [person.account_id for person in found] == [people["hospital"].account_id]


def test_a_comment_moves_nothing_and_stops_nobody(people, asked):
    matter = asked()
    with scope(people["hospital"]):
        comment(people["hospital"], matter.pk, " 正在调阅病历 ", at=AT)
        act(people["hospital"], matter.pk, "answer", at=AT, given=Given(words="已核实"), version=2)
        assert [step.words for step in matter.steps.filter(action="comment")] == ["正在调阅病历"]


def test_an_internal_comment_is_read_by_the_office_alone(people, asked):
    matter = asked()
    with scope(people["bureau"]):
        comment(people["bureau"], matter.pk, "院方多次拖延", at=AT, internal=True)
    with scope(people["hospital"]):
        assert not matter.steps.filter(action="comment").exists()
        with pytest.raises(NotPermitted, match="internal"):
            comment(people["hospital"], matter.pk, "内部", at=AT, internal=True)


def test_a_stranger_says_nothing(people, asked):
    matter = asked()
    with scope(people["other"]), pytest.raises(NotFound):
        comment(people["other"], matter.pk, "路过", at=AT)


@pytest.mark.parametrize("words", ["", "   ", "长" * 4001])
def test_a_comment_says_something_and_not_a_book(people, asked, words):
    matter = asked()
    with scope(people["bureau"]), pytest.raises(InvalidInput):
        comment(people["bureau"], matter.pk, words, at=AT)


def test_a_step_is_taken_back_by_a_further_step_and_its_letter_is_void(people, opened):
    with scope(people["bureau"]):
        matter = opened(people["bureau"], kind="tried.loop", data={"kept": 1})
        act(people["bureau"], matter.pk, "ask", at=AT, given=Given(words="请说明", data={"typed": 2}))
        assert may_undo(people["bureau"], matter, AT)
        done = undo(people["bureau"], matter.pk, at=AT + timedelta(minutes=9), version=2)
        assert (done.state, done.desk, done.due_on, done.shown) == (
            "found",
            "casemix_payment.answer_change",
            None,
            False,
        )
        assert (done.data, done.version) == ({"kept": 1}, 3)
        assert [step.action for step in matter.steps.all()] == ["opened", "ask", "undone"]
        letter = Letter.objects.get()
        assert letter.void_at is not None and letter.number == "医监〔2026〕1号"
        act(people["bureau"], matter.pk, "ask", at=AT + timedelta(minutes=10), given=Given(words="请说明"))
        assert Letter.objects.order_by("serial").last().number == "医监〔2026〕2号"  # a number is used once
    with scope(people["hospital"]):
        assert inbox(people["hospital"], AT.date()).count() == 1


def test_a_closing_is_taken_back(people, answered):
    matter = answered()
    with scope(people["bureau"]):
        act(people["bureau"], matter.pk, "close", at=AT)
        assert undo(people["bureau"], matter.pk, at=AT).closed_at is None


def test_a_closing_is_not_taken_back_once_another_matter_about_the_same_is_open(people, answered, opened):
    matter = answered()
    with scope(people["bureau"]):
        act(people["bureau"], matter.pk, "close", at=AT)
        opened(people["bureau"], kind="tried.loop")
        with pytest.raises(Conflict, match="opened since"):
            undo(people["bureau"], matter.pk, at=AT)


def test_only_its_taker_takes_a_step_back(people, asked):
    matter = asked()
    with scope(people["second"]), pytest.raises(NotPermitted, match="whoever took"):
        undo(people["second"], matter.pk, at=AT)


def test_a_step_is_not_taken_back_after_the_minutes_of_the_policy(people, asked):
    matter = asked()
    with scope(people["bureau"]), pytest.raises(Conflict, match="too long ago"):
        undo(people["bureau"], matter.pk, at=AT + timedelta(minutes=11))


def test_a_step_whose_letter_is_made_is_not_taken_back(people, asked):
    from yigongti.kernel.matters.letters.making import make_letters

    matter = asked()
    make_letters(AT)
    with scope(people["bureau"]), pytest.raises(Conflict, match="has been made"):
        undo(people["bureau"], matter.pk, at=AT)


def test_a_step_that_is_not_declared_so_is_not_taken_back(people, answered):
    matter = answered()
    with scope(people["hospital"]), pytest.raises(Conflict, match="cannot be taken back"):
        undo(people["hospital"], matter.pk, at=AT)


def test_what_somebody_brought_is_handed_in_with_a_step(people, asked, county):
    from yigongti.kernel.attachments.public import store

    matter = asked()
    with scope(people["hospital"]):
        brought = store(
            people["hospital"], "病程记录".encode(), name="病程记录.txt", subject=f"matters.Matter/{matter.pk}",
            institution_id=county["H1"].pk, at=AT,
        )  # fmt: skip
        act(people["hospital"], matter.pk, "answer", at=AT, given=Given(words="已核实", attachments=(brought.pk,) * 2))
        assert [each.attachment_id for each in matter.steps.last().attached.all()] == [brought.pk]


def test_a_file_of_somebody_else_cannot_be_handed_in(people, asked, county):
    from yigongti.kernel.attachments.public import store

    matter = asked()
    with scope(people["other"]):
        theirs = store(
            people["other"], "他院记录".encode(), name="记录.txt", subject="matters.Matter/0",
            institution_id=county["H2"].pk, at=AT,
        )  # fmt: skip
    with scope(people["hospital"]):
        for number in (theirs.pk, 999_999):
            with pytest.raises(NotFound, match="no such attachment"):
                act(people["hospital"], matter.pk, "answer", at=AT, given=Given(words="已核实", attachments=(number,)))
        assert matter.steps.count() == 2
