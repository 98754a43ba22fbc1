"""Step 2: an order to correct (督促整改) with day and letter; the institution answers with evidence, or appeals."""

from __future__ import annotations

from django.utils import timezone

from yigongti.foundation.errors import Conflict, Text
from yigongti.kernel.access.limits import limit
from yigongti.kernel.matters.kinds import INSTITUTION, Change, Desk, Kind, Need, State, Transition
from yigongti.systems.supervision.course import APPEAL, ORDER, SITE_CHECK, case_of_matter, mark_ordered, next_matter
from yigongti.systems.supervision.kinds.words import ANSWER, FACE, RULE
from yigongti.systems.supervision.kinds.words import ORDER as MAY_ORDER


def _issue(change: Change) -> None:
    mark_ordered(case_of_matter(change.matter, lock=True), at=change.at)


def _answered(change: Change) -> None:
    data = {"what": "answer", "words": change.given.words}
    next_matter(case_of_matter(change.matter, lock=True), APPEAL, at=change.at, data=data)


def _appealed(change: Change) -> None:
    data = {"what": "appeal", "words": change.given.words}
    next_matter(case_of_matter(change.matter, lock=True), APPEAL, at=change.at, data=data)


def _unanswered(change: Change) -> None:
    next_matter(case_of_matter(change.matter, lock=True), SITE_CHECK, at=change.at, words=change.given.words)


def _require_late(change: Change) -> None:
    if change.matter.due_on is None or timezone.localdate(change.at) <= change.matter.due_on:
        raise Conflict(
            "supervision.not_late_yet",
            zh=f"答复期限到 {change.matter.due_on} 为止，尚未逾期",
            en=f"the institution may answer until {change.matter.due_on}: it is not late",
            where=change.matter.number,
        )


def _require_extensions_left(change: Change) -> None:
    most = limit("supervision.most_extensions")
    if change.matter.steps.filter(action="extend").count() >= most:
        raise Conflict(
            "supervision.no_extension_left",
            zh=f"整改期限最多延长 {most} 次",
            en=f"the time to correct may be extended {most} time(s) at most",
            where=change.matter.number,
        )


KIND = Kind(
    id=ORDER,
    label=Text("督促整改", "Order to correct"),
    why=Text(
        "限期整改，机构以证据答复或提出申诉",
        "To be corrected by a date; the institution answers, or appeals",
    ),
    states=(
        State("drafted", Text("待下达", "To be issued"), desk=Desk(MAY_ORDER), days="supervision.order_days"),
        State("answering", Text("待整改答复", "Waiting for the institution"), desk=Desk(ANSWER, INSTITUTION),
              days="supervision.correction_days", shown=True, escalates_to=(MAY_ORDER, RULE), tone="due"),
        State("answered", Text("已答复", "Answered"), final=True, shown=True, tone="good"),
        State("appealed", Text("已申诉", "Appealed"), final=True, shown=True),
        State("unanswered", Text("逾期未答复", "Not answered in time"), final=True, shown=True, tone="bad"),
    ),
    transitions=(
        Transition("issue", Text("下达整改通知", "Issue the order"), ("drafted",), "answering", MAY_ORDER,
                   needs=(Need.WORDS,), not_of_institution=True, letter="supervision_order", bulk=True, effect=_issue),
        Transition("extend", Text("延长整改期限", "Give more time"), ("answering",), "answering", MAY_ORDER,
                   needs=(Need.WORDS,), not_of_institution=True, check=_require_extensions_left),
        Transition("answer", Text("提交整改答复", "Answer with evidence"), ("answering",), "answered", ANSWER,
                   INSTITUTION, needs=(Need.WORDS, Need.EVIDENCE), effect=_answered, tone="good"),
        Transition("appeal", Text("提出申诉", "Appeal"), ("answering",), "appealed", ANSWER, INSTITUTION,
                   needs=(Need.WORDS,), effect=_appealed),
        Transition("find_late", Text("逾期未答复，转现场核查", "Not answered: check on site"), ("answering",),
                   "unanswered", MAY_ORDER, not_of_institution=True, check=_require_late, effect=_unanswered,
                   tone="bad"),
    ),
    **FACE,
)  # fmt: skip
