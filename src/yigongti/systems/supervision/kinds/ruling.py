"""Step 5: the ruling (裁定). One member of the panel proposes amounts, articles and a sentence, another confirms or
sends back; above supervision.third_signature_above a third signs. Neither the accused nor who checked on site."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, Text
from yigongti.kernel.access.limits import policy
from yigongti.kernel.matters.kinds import Change, Desk, Kind, Need, State, Transition
from yigongti.kernel.matters.models import Step
from yigongti.systems.supervision.course import (
    ACCOUNTABILITY,
    RULING,
    SITE_CHECK,
    case_of_matter,
    close_case,
    mark_ruled,
    next_matter,
)
from yigongti.systems.supervision.kinds.words import (
    CONFIRM,
    FACE,
    RULE,
    require_no_amount,
    require_not_inspector,
    steps_of_case,
)
from yigongti.systems.supervision.models import Case

LETTER, LETTER_CLEARED = "supervision_ruling", "supervision_cleared"


def most_to_recover(change: Change) -> Decimal:
    """Yuan: what was claimed, or more when inspectors reported more."""
    reported = [step.amount for step in steps_of_case(change.matter, SITE_CHECK, "report") if step.amount is not None]
    return max([case_of_matter(change.matter).amount_claimed, *reported])


def _check_proposal(change: Change) -> None:
    require_not_inspector(change)
    unknown = [article for article in change.given.articles if article.partition("#")[0] not in policy().sources]
    if unknown:
        raise InvalidInput(
            "supervision.article_unknown",
            zh=f"依据“{unknown[0]}”不在政策来源目录中",
            en=f"“{unknown[0]}” is no source of the policy",
            where="articles",
        )
    most = most_to_recover(change)
    if change.given.amount is not None and change.given.amount > most:
        raise InvalidInput(
            "supervision.more_than_found",
            zh=f"裁定金额不能超过查实的 {most} 元",
            en=f"no more can be recovered than was found: {most} yuan",
            where="amount",
        )


def _check_second(change: Change) -> None:
    require_not_inspector(change)
    require_no_amount(change)


def _limit(change: Change) -> Decimal:
    on = timezone.localdate(change.at)
    return Decimal(policy().value("supervision.third_signature_above", on=on))  # type: ignore[arg-type]


def _adopt(change: Change) -> None:
    """The step that rules carries the amount and the articles of the proposal: they are what is ruled, and what the
    letter says."""
    proposed = proposal(change)
    change.step.amount, change.step.articles = proposed.amount, list(proposed.articles)


def _check_sign(change: Change) -> None:
    _check_second(change)
    _adopt(change)


def _check_confirm(change: Change) -> None:
    _check_sign(change)
    if proposal(change).amount > _limit(change):  # type: ignore[operator]
        raise Conflict(
            "supervision.third_signature",
            zh=f"金额超过 {_limit(change)} 元，须报第三人签批",
            en=f"above {_limit(change)} yuan a third person must sign: pass it on",
            where=change.matter.number,
        )


def _check_pass_on(change: Change) -> None:
    _check_second(change)
    if proposal(change).amount <= _limit(change):  # type: ignore[operator]
        raise Conflict(
            "supervision.no_third_signature",
            zh=f"金额未超过 {_limit(change)} 元，由您确认即可",
            en=f"up to {_limit(change)} yuan your confirmation is enough",
            where=change.matter.number,
        )


def proposal(change: Change) -> Step:
    """The step that proposed what is decided now: its amount and articles are what counts."""
    found = change.matter.steps.filter(action="propose").order_by("-number").first()
    assert found is not None  # nothing leads here without a proposal
    return found


def _rule(change: Change) -> None:
    proposed = proposal(change)
    change.matter.amount = proposed.amount
    case = case_of_matter(change.matter, lock=True)
    mark_ruled(case, proposed.amount or Decimal(0), at=change.at)
    data = {"articles": proposed.articles, "sentence": proposed.words}
    next_matter(case, ACCOUNTABILITY, at=change.at, data=data)


def _clear(change: Change) -> None:
    case = case_of_matter(change.matter, lock=True)
    mark_ruled(case, Decimal(0), at=change.at)
    close_case(case, Case.Outcome.CLEARED, at=change.at)


KIND = Kind(
    id=RULING,
    label=Text("裁定", "Ruling"),
    why=Text(
        "拟定人、复核人分开，大额另有第三人签批",
        "Who proposes does not confirm; large amounts have a third signature",
    ),
    states=(
        State("proposing", Text("待拟裁定", "To be proposed"), desk=Desk(RULE), days="supervision.propose_days",
              escalates_to=(CONFIRM,)),
        State("confirming", Text("待复核", "To be confirmed"), desk=Desk(CONFIRM), days="supervision.confirm_days",
              tone="due"),
        State("signing", Text("待第三人签批", "Third signature"), desk=Desk(CONFIRM), days="supervision.confirm_days",
              tone="due"),
        State("confirming_cleared", Text("不予认定，待复核", "No breach: to be confirmed"), desk=Desk(CONFIRM),
              days="supervision.confirm_days", tone="due"),
        State("ruled", Text("已裁定", "Ruled"), final=True, shown=True, tone="bad"),
        State("cleared", Text("不予认定，结案", "No breach, closed"), final=True, shown=True, tone="good"),
    ),
    transitions=(
        Transition("propose", Text("拟定裁定", "Propose"), ("proposing",), "confirming", RULE,
                   needs=(Need.WORDS, Need.AMOUNT, Need.ARTICLES), not_of_institution=True, internal=True,
                   check=_check_proposal),
        Transition("propose_cleared", Text("拟不予认定", "Propose that there is no breach"), ("proposing",),
                   "confirming_cleared", RULE, needs=(Need.WORDS,), not_of_institution=True, internal=True,
                   check=_check_second),
        Transition("confirm", Text("确认裁定", "Confirm"), ("confirming",), "ruled", CONFIRM, not_by=("propose",),
                   not_of_institution=True, letter=LETTER, check=_check_confirm, effect=_rule),
        Transition("pass_on", Text("同意，报第三人签批", "Agree, pass on to be signed"), ("confirming",), "signing",
                   CONFIRM, not_by=("propose",), not_of_institution=True, internal=True, check=_check_pass_on),
        Transition("sign", Text("签批裁定", "Sign"), ("signing",), "ruled", CONFIRM, not_by=("propose", "pass_on"),
                   not_of_institution=True, letter=LETTER, check=_check_sign, effect=_rule),
        Transition("confirm_cleared", Text("同意不予认定，结案", "Confirm: no breach"), ("confirming_cleared",),
                   "cleared", CONFIRM, not_by=("propose_cleared",), not_of_institution=True, letter=LETTER_CLEARED,
                   check=_check_second, effect=_clear, tone="good"),
        Transition("send_back", Text("退回重拟", "Send back"), ("confirming", "signing", "confirming_cleared"),
                   "proposing", CONFIRM, needs=(Need.WORDS,), not_of_institution=True, internal=True,
                   check=_check_second, tone="bad"),
    ),
    **FACE,
)  # fmt: skip
