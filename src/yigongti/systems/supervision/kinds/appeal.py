"""Step 3: the answer or appeal (答复与申诉复核) is reviewed; an appeal by another person than who gave the order."""

from __future__ import annotations

from yigongti.foundation.errors import InvalidInput, NotPermitted, Text
from yigongti.kernel.matters.kinds import Change, Desk, Kind, Need, State, Transition
from yigongti.systems.supervision.course import (
    APPEAL,
    ORDER,
    RULING,
    SITE_CHECK,
    case_of_matter,
    close_case,
    next_matter,
)
from yigongti.systems.supervision.kinds.words import FACE, RULE, require_no_amount, steps_of_case
from yigongti.systems.supervision.kinds.words import ORDER as MAY_ORDER
from yigongti.systems.supervision.models import Case

REPLY = "supervision_appeal_reply"


def _require_another_for_an_appeal(change: Change) -> None:
    require_no_amount(change)
    issued = steps_of_case(change.matter, ORDER, "issue")
    if change.matter.data.get("what") == "appeal" and issued and issued[-1].by_id == change.actor.account_id:
        raise NotPermitted(
            "supervision.own_order",
            zh="整改通知由您下达，申诉须由另一人复核",
            en="you gave the order: another person must review the appeal against it",
            where=change.matter.number,
        )


def _require_nothing_to_recover(change: Change) -> None:
    _require_another_for_an_appeal(change)
    if case_of_matter(change.matter).amount_claimed > 0:
        raise InvalidInput(
            "supervision.money_at_stake",
            zh="本案涉及金额，整改到位后仍须裁定，请提交裁定",
            en="money is at stake: even when corrected, the case must be ruled on",
            where=change.matter.number,
        )


def _close_corrected(change: Change) -> None:
    close_case(case_of_matter(change.matter, lock=True), Case.Outcome.CORRECTED, at=change.at)


def _close_upheld(change: Change) -> None:
    close_case(case_of_matter(change.matter, lock=True), Case.Outcome.WITHDRAWN, at=change.at)


def _to_site(change: Change) -> None:
    next_matter(case_of_matter(change.matter, lock=True), SITE_CHECK, at=change.at, words=change.given.words)


def _to_panel(change: Change) -> None:
    next_matter(case_of_matter(change.matter, lock=True), RULING, at=change.at, words=change.given.words)


def _again(change: Change) -> None:
    next_matter(case_of_matter(change.matter, lock=True), ORDER, at=change.at, words=change.given.words)


def _review(id: str, zh: str, en: str, target: str, effect, check=_require_another_for_an_appeal, tone: str = ""):  # type: ignore[no-untyped-def]
    return Transition(
        id, Text(zh, en), ("reviewing",), target, MAY_ORDER, needs=(Need.WORDS,), not_of_institution=True, letter=REPLY,
        check=check, effect=effect, tone=tone,
    )  # fmt: skip


KIND = Kind(
    id=APPEAL,
    label=Text("答复与申诉复核", "Review of an answer or appeal"),
    why=Text(
        "整改是否到位、申诉是否成立，都须书面答复",
        "Whether it is corrected, whether the appeal holds: told in a letter",
    ),
    states=(
        State("reviewing", Text("待复核", "To be reviewed"), desk=Desk(MAY_ORDER), days="supervision.review_days",
              shown=True, escalates_to=(RULE,), tone="due"),
        State("corrected", Text("整改到位，结案", "Corrected, closed"), final=True, shown=True, tone="good"),
        State("upheld", Text("申诉成立，结案", "Appeal upheld, closed"), final=True, shown=True, tone="good"),
        State("checking", Text("转现场核查", "Checked on site"), final=True, shown=True),
        State("to_panel", Text("提交裁定", "Sent to the panel"), final=True, shown=True),
        State("again", Text("责令继续整改", "Ordered again"), final=True, shown=True, tone="bad"),
    ),
    transitions=(
        _review("confirm_corrected", "整改到位，结案", "Corrected: close", "corrected", _close_corrected,
                _require_nothing_to_recover, "good"),
        _review("uphold", "申诉成立，结案", "Uphold the appeal: close", "upheld", _close_upheld, tone="good"),
        _review("send_inspectors", "转现场核查", "Check on site", "checking", _to_site),
        _review("send_to_panel", "提交裁定", "Send to the panel", "to_panel", _to_panel),
        _review("order_again", "责令继续整改", "Order again", "again", _again, tone="bad"),
    ),
    **FACE,
)  # fmt: skip
