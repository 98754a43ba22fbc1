"""Invented kinds of matter, to try the mechanism without any system."""

from datetime import UTC, datetime

import pytest

from yigongti.foundation.errors import Text
from yigongti.kernel.matters.kinds import Desk, Kind, Need, State, Transition
from yigongti.kernel.matters.letters.composing import Rows

AT = datetime(2026, 9, 28, 2, 0, tzinfo=UTC)  # a Monday; the National Day holiday begins on Thursday

QUERY = Kind(
    id="tried.query",
    label=Text("试办事项", "Tried query"),
    see="front_pages.see",
    states=(
        State("found", Text("待审", "To be reviewed"), desk=Desk("casemix_payment.answer_change")),
        State("asked", Text("待说明", "Asked"), desk=Desk("front_pages.correct", "institution"), shown=True,
              days="front_pages.submission_deadline_days"),
        State("answered", Text("待裁定", "Answered"), desk=Desk("casemix_payment.answer_change"), shown=True),
        State("closed", Text("已结", "Closed"), final=True, shown=True),
    ),
    transitions=(
        Transition("ask", Text("要求说明", "Ask"), ("found",), "asked", "casemix_payment.answer_change",
                   needs=(Need.WORDS,)),
        Transition("answer", Text("说明", "Answer"), ("asked",), "answered", "front_pages.correct", "institution",
                   needs=(Need.WORDS,)),
        Transition("rule", Text("裁定", "Rule"), ("answered",), "closed", "casemix_payment.answer_change",
                   needs=(Need.AMOUNT,), not_by=("ask",), not_of_institution=True),
    ),
)  # fmt: skip


LOOP = Kind(
    id="tried.loop",
    label=Text("试办闭环", "Tried loop"),
    see="front_pages.see",
    states=(
        State("found", Text("待审", "To be reviewed"), desk=Desk("casemix_payment.answer_change")),
        State("asked", Text("待说明", "Asked"), desk=Desk("front_pages.correct", "institution"), shown=True,
              days="front_pages.submission_deadline_days",
              escalates_to=("casemix_payment.answer_change", "casemix_payment.see_signals")),
        State("answered", Text("待裁定", "Answered"), desk=Desk("casemix_payment.answer_change"), shown=True,
              days="front_pages.submission_deadline_days", when_late="deem"),
        State("closed", Text("已结", "Closed"), final=True, shown=True),
        State("deemed", Text("视为接受", "Deemed accepted"), final=True, shown=True),
    ),
    transitions=(
        Transition("ask", Text("要求说明", "Ask"), ("found",), "asked", "casemix_payment.answer_change",
                   needs=(Need.WORDS,), letter="claim_query", bulk=True, undoable=True),
        Transition("answer", Text("说明", "Answer"), ("asked",), "answered", "front_pages.correct", "institution",
                   needs=(Need.WORDS,)),
        Transition("note", Text("内部核查", "Look into it"), ("answered",), "answered", "casemix_payment.answer_change",
                   internal=True),
        Transition("close", Text("结案", "Close"), ("answered",), "closed", "casemix_payment.answer_change",
                   bulk=True, undoable=True),
        Transition("deem", Text("视为接受", "Deem accepted"), ("answered",), "deemed", "casemix_payment.answer_change",
                   needs=(Need.WORDS,), automatic=True),
    ),
    letter_values=lambda change: {
        "findings": Rows([Text("检查", "Check"), Text("金额", "Yuan")], [["性别不符", change.matter.amount or 0]])
    },
)  # fmt: skip


@pytest.fixture
def tried():
    """The registry with the invented kinds in it."""
    from yigongti.kernel.matters import registry

    known = registry.kinds()
    known |= {QUERY.id: QUERY, LOOP.id: LOOP}
    yield QUERY
    for kind in (QUERY, LOOP):
        del known[kind.id]


@pytest.fixture
def people(actor, tried):
    """Two of the bureau at the county, a record room in each hospital."""
    return {
        "bureau": actor("insurance_bureau_officer", "C", username="one"),
        "second": actor("insurance_bureau_officer", "C", username="two"),
        "hospital": actor("record_room_clerk", "H1"),
        "other": actor("record_room_clerk", "H2"),
    }


@pytest.fixture
def opened(county, tried):
    """Opens a matter: opened(actor, subject="…", kind="tried.loop") → Matter"""
    from yigongti.kernel.matters.public import open_matter

    def make(actor_, subject="2026-09/C001", place="H1", kind="tried.query", at=AT, **more):
        return open_matter(
            actor_, kind, subject=subject, title=Text("试办", "Tried"), institution=county[place], owner=county["C"],
            at=at, **more,
        )  # fmt: skip

    return make


@pytest.fixture
def asked(people, opened):
    """A matter of the loop with which the bureau has asked the hospital; due on 16 October 2026."""
    from yigongti.kernel.access.scope import scope
    from yigongti.kernel.matters.public import Given, act

    def make(subject="2026-09/C001", at=AT):
        with scope(people["bureau"]):
            made = opened(people["bureau"], subject, kind="tried.loop", at=at)
            return act(people["bureau"], made.pk, "ask", at=at, given=Given(words="请说明"))

    return make


@pytest.fixture
def answered(people, asked):
    """… and the hospital has answered."""
    from yigongti.kernel.access.scope import scope
    from yigongti.kernel.matters.public import Given, act

    def make(subject="2026-09/C001", at=AT):
        made = asked(subject, at)
        with scope(people["hospital"]):
            return act(people["hospital"], made.pk, "answer", at=at, given=Given(words="已核实"))

    return make
