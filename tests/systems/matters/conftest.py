"""An invented kind of matter, to try the mechanism without any system."""

from datetime import UTC, datetime

import pytest

from yigongti.foundation.errors import Text
from yigongti.kernel.matters.kinds import Desk, Kind, Need, State, Transition

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


@pytest.fixture
def tried(monkeypatch):
    """The registry with the invented kind in it."""
    from yigongti.kernel.matters import registry

    known = {**registry.kinds(), QUERY.id: QUERY}
    monkeypatch.setattr(registry, "kinds", lambda: known)
    return QUERY
