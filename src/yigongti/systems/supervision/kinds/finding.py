"""Step 1: a lead (线索) is taken up, or dismissed with a reason."""

from __future__ import annotations

from yigongti.foundation.errors import Text
from yigongti.kernel.matters.kinds import Change, Desk, Kind, Need, State, Transition
from yigongti.systems.supervision.course import FINDING, ORDER, SITE_CHECK, case_of_matter, close_case, next_matter
from yigongti.systems.supervision.kinds.words import FACE, TAKE_UP
from yigongti.systems.supervision.kinds.words import ORDER as MAY_ORDER
from yigongti.systems.supervision.models import Case


def _order(change: Change) -> None:
    next_matter(case_of_matter(change.matter, lock=True), ORDER, at=change.at, words=change.given.words)


def _check(change: Change) -> None:
    next_matter(case_of_matter(change.matter, lock=True), SITE_CHECK, at=change.at, words=change.given.words)


def _dismiss(change: Change) -> None:
    close_case(case_of_matter(change.matter, lock=True), Case.Outcome.DISMISSED, at=change.at)


KIND = Kind(
    id=FINDING,
    label=Text("问题线索", "Lead"),
    why=Text(
        "审核、检查或投诉发现的问题，先决定是否立案查处",
        "What was found is first taken up, or dismissed with a reason",
    ),
    states=(
        State("found", Text("待受理", "To be taken up"), desk=Desk(TAKE_UP), days="supervision.take_up_days",
              escalates_to=(MAY_ORDER,)),
        State("ordered", Text("已受理，督促整改", "Taken up: order to correct"), final=True, tone="good"),
        State("to_check", Text("已受理，先行核查", "Taken up: checked first"), final=True, tone="good"),
        State("dismissed", Text("不予受理", "Dismissed"), final=True),
    ),
    transitions=(
        Transition("take_up", Text("受理并督促整改", "Take up and order"), ("found",), "ordered", TAKE_UP,
                   not_of_institution=True, bulk=True, effect=_order),
        Transition("check_first", Text("受理并先行核查", "Take up and check first"), ("found",), "to_check", TAKE_UP,
                   not_of_institution=True, effect=_check),
        Transition("dismiss", Text("不予受理", "Dismiss"), ("found",), "dismissed", TAKE_UP, needs=(Need.WORDS,),
                   not_of_institution=True, internal=True, effect=_dismiss, tone="bad"),
    ),
    **FACE,
)  # fmt: skip
