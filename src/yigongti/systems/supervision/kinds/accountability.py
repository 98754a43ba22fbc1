"""Step 6: accountability (责任追究). Money is recovered, points are given, the ethics file is written, the ruling is
published; each is done, or said not to be needed with a reason. The case is closed when all four are."""

from __future__ import annotations

from yigongti.foundation.errors import Conflict, InvalidInput, Text
from yigongti.kernel.matters.kinds import Change, Desk, Kind, Need, State, Transition
from yigongti.systems.supervision.actions.enter_ethics import enter_ethics
from yigongti.systems.supervision.actions.give_points import give_points
from yigongti.systems.supervision.actions.publish_ruling import publish_ruling
from yigongti.systems.supervision.actions.recover import cancel_due, order_recovery, record_payment
from yigongti.systems.supervision.course import ACCOUNTABILITY, case_of_matter, close_case
from yigongti.systems.supervision.kinds.words import ACCOUNT, FACE, PUBLISH
from yigongti.systems.supervision.models import Case, Recovery

PARTS: dict[str, Text] = {
    "recovery": Text("追回金额", "Recovery"),
    "points": Text("记分", "Points"),
    "ethics": Text("医德档案", "Ethics file"),
    "publication": Text("公示", "Publication"),
}
EXECUTING = ("executing",)


def parts_done(case: Case, not_needed: dict[str, str]) -> dict[str, bool]:
    """Part → whether it is done or not needed. A recovery is done when all that was ruled is deducted or paid back."""
    recovered = sum(
        row.amount for row in case.recoveries.filter(state__in=(Recovery.State.DEDUCTED, Recovery.State.PAID))
    )
    done = {
        "recovery": not case.amount_ruled or recovered >= case.amount_ruled,
        "points": case.points.exists(),
        "ethics": case.ethics_entries.exists(),
        "publication": hasattr(case, "publication"),
    }
    return {part: done[part] or part in not_needed for part in PARTS}


def _within_deadline(change: Change) -> None:
    """A part that is done does not put the deadline of the whole off, nor change what was ruled."""
    first = change.matter.steps.order_by("number").first()
    change.matter.due_on = first.due_on if first else None
    change.matter.amount = case_of_matter(change.matter).amount_ruled


def _recovery(change: Change) -> None:
    assert change.given.amount is not None  # the transition needs it
    case = case_of_matter(change.matter, lock=True)
    month = str(change.given.data.get("month", ""))
    order_recovery(change.actor, case, amount=change.given.amount, month=month, at=change.at)
    _within_deadline(change)


def _payment(change: Change) -> None:
    case = case_of_matter(change.matter, lock=True)
    record_payment(change.actor, case, receipt=change.given.words, at=change.at)
    _within_deadline(change)


def _cancel(change: Change) -> None:
    cancel_due(change.actor, case_of_matter(change.matter, lock=True), reason=change.given.words, at=change.at)
    _within_deadline(change)


def _points(change: Change) -> None:
    told, case = change.given.data, case_of_matter(change.matter, lock=True)
    give_points(
        change.actor, case, rule=str(told.get("rule", "")), staff_code=str(told.get("staff_code", "")), at=change.at,
        reason=change.given.words,
    )  # fmt: skip
    _within_deadline(change)


def _ethics(change: Change) -> None:
    case = case_of_matter(change.matter, lock=True)
    code = str(change.given.data.get("staff_code", ""))
    enter_ethics(change.actor, case, staff_code=code, words=change.given.words, at=change.at)
    _within_deadline(change)


def _publish(change: Change) -> None:
    publish_ruling(change.actor, case_of_matter(change.matter, lock=True), facts=change.given.words, at=change.at)
    _within_deadline(change)


def _not_needed(change: Change) -> None:
    part = str(change.given.data.get("part", ""))
    if part not in PARTS or part == "recovery":
        raise InvalidInput(
            "supervision.part_unknown",
            zh="只有记分（points）、医德档案（ethics）、公示（publication）可以写明不需要",
            en="only points, ethics and publication can be said not to be needed",
            where="part",
        )
    kept = {**change.matter.data.get("not_needed", {}), part: change.given.words}
    change.matter.data = {**change.matter.data, "not_needed": kept}
    _within_deadline(change)


def _require_all_done(change: Change) -> None:
    done = parts_done(case_of_matter(change.matter), change.matter.data.get("not_needed", {}))
    left = [PARTS[part] for part, is_done in done.items() if not is_done]
    if left:
        raise Conflict(
            "supervision.parts_left",
            zh="尚未办完：" + "、".join(part.zh for part in left),
            en="not done yet: " + ", ".join(part.en for part in left),
            where=change.matter.number,
        )


def _close(change: Change) -> None:
    close_case(case_of_matter(change.matter, lock=True), Case.Outcome.RULED, at=change.at)


_STAFF = ("staff_code", Text("人员编号", "Staff code"), "text")

KIND = Kind(
    id=ACCOUNTABILITY,
    label=Text("责任追究", "Accountability"),
    why=Text(
        "追回、记分、医德档案、公示逐项办完才结案",
        "Closed when recovery, points, ethics file and publication are done",
    ),
    states=(
        State("executing", Text("待执行", "To be carried out"), desk=Desk(ACCOUNT), days="supervision.account_days",
              shown=True, escalates_to=("supervision.confirm_ruling",), tone="due"),
        State("done", Text("已执行，结案", "Carried out, closed"), final=True, shown=True, tone="good"),
    ),
    transitions=(
        Transition("order_recovery", Text("下达追回通知", "Recover from a payment"), EXECUTING, "executing", ACCOUNT,
                   needs=(Need.AMOUNT,), not_of_institution=True, letter="supervision_recovery",
                   ask=(("month", Text("从哪个月的支付中扣（如 2026-12）", "From which month's payment (2026-12)"),
                         "text"),),
                   effect=_recovery),
        Transition("record_payment", Text("登记主动退回", "Record that it was paid back"), EXECUTING, "executing",
                   ACCOUNT, needs=(Need.WORDS,), not_of_institution=True, effect=_payment),
        Transition("cancel_recovery", Text("取消追回通知", "Cancel the recovery"), EXECUTING, "executing", ACCOUNT,
                   needs=(Need.WORDS,), not_of_institution=True, internal=True, effect=_cancel, tone="bad"),
        Transition("mark_institution", Text("给机构记分", "Points on the institution"), EXECUTING, "executing", ACCOUNT,
                   not_of_institution=True, effect=_points,
                   ask=(("rule", Text("记分条目", "Rule"), "choice:supervision.institution_rules"),)),
        Transition("mark_practitioner", Text("给人员记分", "Points on a practitioner"), EXECUTING, "executing", ACCOUNT,
                   not_of_institution=True, effect=_points,
                   ask=(("rule", Text("记分条目", "Rule"), "choice:supervision.practitioner_rules"), _STAFF)),
        Transition("enter_ethics", Text("记入医德档案", "Enter in the ethics file"), EXECUTING, "executing", ACCOUNT,
                   needs=(Need.WORDS,), not_of_institution=True, ask=(_STAFF,), effect=_ethics),
        Transition("publish", Text("公示", "Publish"), EXECUTING, "executing", PUBLISH, needs=(Need.WORDS,),
                   not_of_institution=True, effect=_publish),
        Transition("not_needed", Text("写明不需要", "Say that a part is not needed"), EXECUTING, "executing", ACCOUNT,
                   needs=(Need.WORDS,), not_of_institution=True, internal=True,
                   ask=(("part", Text("哪一项", "Which part"), "choice:supervision.parts_not_needed"),),
                   effect=_not_needed),
        Transition("close", Text("全部办完，结案", "Close"), EXECUTING, "done", ACCOUNT, not_of_institution=True,
                   check=_require_all_done, effect=_close, tone="good"),
    ),
    **FACE,
)  # fmt: skip
