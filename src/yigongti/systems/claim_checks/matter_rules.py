"""What the steps of this system's matters ask before they are taken, and what else happens with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotPermitted, Text
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.limits import policy
from yigongti.kernel.matters.public import Change, Matter, Rows, people_at
from yigongti.systems.claim_checks.models import ChangeOfCheck, KnowledgeBatch

PHYSICIAN = "physician_account"
"""Key of Matter.data: the account whom the hospital asked to explain."""
_ANSWER_DUE = "answer_due"
_LETTER_COLUMNS = (
    Text("序号", "No."), Text("审核规则", "Check"), Text("疑点", "What was found"),
    Text("计入金额（元）", "Counted (yuan)"),
)  # fmt: skip


def _limit(name: str, on: date) -> Decimal:
    return Decimal(str(policy().value(name, on=on)))


def remember_due_day(change: Change) -> None:
    """Keep by when the institution must answer: handing the bill to a physician gains no time."""
    due = change.matter.due_on
    change.matter.data = {**change.matter.data, _ANSWER_DUE: due.isoformat() if due else ""}


def restore_due_day(change: Change) -> None:
    """The institution's own day holds again."""
    told = str(change.matter.data.get(_ANSWER_DUE) or "")
    if told:
        change.matter.due_on = date.fromisoformat(told)


def require_physician(change: Change) -> None:
    """Raises InvalidInput unless the account named may explain bills of that department of the institution."""
    matter, today = change.matter, timezone.localdate(change.at)
    known = people_at("claim_checks.explain", matter.institution_id, today, matter.department_code)
    if change.given.data.get(PHYSICIAN) not in {person.account_id for person in known}:
        raise InvalidInput(
            "claim_checks.no_such_physician",
            zh="请选择本机构该科室可以作出说明的医师或科主任",
            en="choose a physician or the head of that department of the institution, who may explain",
        )


def letter_values(change: Change) -> Mapping[str, Any]:
    """The table of the request to explain (policy/letters/claim_query.yaml): every finding with what is counted."""
    from yigongti.systems.claim_checks import queries
    from yigongti.systems.claim_checks.names import texts_of_checks

    labels = texts_of_checks()
    rows = [
        (str(number), labels.get(row.check_id, Text(row.check_id, row.check_id)), row.said, row.counted)
        for number, row in enumerate(queries.findings_of_matter(change.actor, change.matter), 1)
    ]
    return {"findings": Rows(_LETTER_COLUMNS, rows)}


def require_in_time(change: Change) -> None:
    """A hospital puts itself right before its answer is due, and takes back no more than is in question."""
    _require_at_most_counted(change)
    due = change.matter.due_on
    if due is not None and timezone.localdate(change.at) > due:
        raise Conflict(
            "claim_checks.too_late_to_withdraw",
            zh=f"说明期限 {due} 已过，不能再作自行纠正处理",
            en=f"the answer was due on {due}; it is too late to put the bill right by oneself",
        )


def require_overdue(change: Change) -> None:
    """Raises Conflict while the institution still has time to answer."""
    due = str(change.matter.data.get(_ANSWER_DUE) or "")
    if not due or timezone.localdate(change.at) <= date.fromisoformat(due):
        raise Conflict(
            "claim_checks.still_in_time",
            zh=f"机构的说明期限（{due or '未定'}）还没有过",
            en=f"the institution may still answer (until {due or 'an open day'})",
        )


def _require_at_most_counted(change: Change) -> None:
    counted = Decimal(str(change.matter.data.get("counted") or "0"))
    if change.given.amount is not None and change.given.amount > counted:
        raise InvalidInput(
            "claim_checks.more_than_counted",
            zh=f"认定金额不能超过合并后的涉及金额 {counted:,} 元",
            en=f"no more than the {counted:,} yuan counted can be decided",
        )


require_within_counted = _require_at_most_counted


def require_one_person_is_enough(change: Change) -> None:
    """Raises InvalidInput for an amount above the bill's, Conflict for one that needs a second person."""
    _require_at_most_counted(change)
    limit = _limit("claim_checks.second_person_above", timezone.localdate(change.at))
    if change.given.amount is not None and change.given.amount > limit:
        raise Conflict(
            "claim_checks.second_person_needed",
            zh=f"超过 {limit:,} 元须由第二人复核，请用“拟认定，交第二人复核”",
            en=f"above {limit:,} yuan a second person must confirm: use “Propose to a second person”",
        )


def require_case(change: Change) -> None:
    """Raises Conflict unless the step says which case of supervision took the bill over (processes/closed_loop)."""
    if not change.given.data.get("case"):
        raise Conflict(
            "claim_checks.no_case",
            zh="请用“移交监管立案”页面办理，移交时同时立案",
            en="hand over on the page of upheld bills: the case is opened in the same step",
        )


def require_another_person(change: Change) -> None:
    """Raises NotPermitted when the maker would sign."""
    if change.matter.opened_by_id == change.actor.account_id:
        raise NotPermitted(
            "claim_checks.second_person",
            zh="须由另一人核对签署",
            en="a second person must sign what you have made",
            where=change.matter.number,
        )


def require_rehearsed_by_another(change: Change) -> None:
    """Raises NotPermitted for the maker, Conflict for a change that was never rehearsed."""
    require_another_person(change)
    found = ChangeOfCheck.objects.get(pk=change.matter.data["change"])
    if found.rehearsed_at is None:
        raise Conflict(
            "claim_checks.not_rehearsed",
            zh="请先在往月数据上试算，再签署",
            en="rehearse the change on past months before it is signed",
        )
    if found.valid_from <= timezone.localdate(change.at) - timedelta(days=366):
        raise Conflict(
            "claim_checks.too_far_back", zh="生效日期不能早于一年前", en="a change cannot hold from over a year ago"
        )


def knowledge_signed(change: Change) -> None:
    """The batch holds, or, where its withdrawal was asked for, holds no longer."""
    batch = KnowledgeBatch.objects.select_for_update().get(pk=change.matter.data["batch"])
    withdraws = change.matter.data.get("do") == "withdraw"
    expected = KnowledgeBatch.State.IN_FORCE if withdraws else KnowledgeBatch.State.PROPOSED
    if batch.state != expected:
        raise Conflict("claim_checks.batch_moved_on", zh="这批知识已被处理", en="this batch was dealt with already")
    if withdraws:
        batch.state, batch.withdrawn_at = KnowledgeBatch.State.WITHDRAWN, change.at
    else:
        batch.state, batch.taken_at = KnowledgeBatch.State.IN_FORCE, change.at
    batch.save()


def knowledge_declined(change: Change) -> None:
    """A batch that was proposed is declined; one whose withdrawal was declined stays in force."""
    rows = KnowledgeBatch.objects.filter(pk=change.matter.data["batch"], state=KnowledgeBatch.State.PROPOSED)
    rows.update(state=KnowledgeBatch.State.DECLINED)


def change_signed(change: Change) -> None:
    """The change holds from its day on."""
    ChangeOfCheck.objects.filter(pk=change.matter.data["change"], state=ChangeOfCheck.State.PROPOSED).update(
        state=ChangeOfCheck.State.IN_FORCE, signed_at=change.at, signed_by_name=change.actor.display_name
    )


def change_declined(change: Change) -> None:
    """The change is declined."""
    rows = ChangeOfCheck.objects.filter(pk=change.matter.data["change"], state=ChangeOfCheck.State.PROPOSED)
    rows.update(state=ChangeOfCheck.State.DECLINED)


def change_taken_back(change: Change) -> None:
    """Whoever proposed it has taken it back."""
    rows = ChangeOfCheck.objects.filter(pk=change.matter.data["change"], state=ChangeOfCheck.State.PROPOSED)
    rows.update(state=ChangeOfCheck.State.WITHDRAWN)


# -- where a matter leads ---------------------------------------------------------------------------------------------


def bill_address(matter: Matter) -> str:
    """The page of the bill."""
    code, case = str(matter.data.get("institution_code", "")), str(matter.data.get("case_id", ""))
    return reverse("claim_checks:bill", args=[code, case]) + f"?month={matter.month}" if code and case else ""


def clue_address(matter: Matter) -> str:
    """The institution's findings of the month."""
    code = matter.data.get("institution_code", "")
    return reverse("claim_checks:findings") + f"?institution={code}&month={matter.month}&where_strength=clue"


def batch_address(matter: Matter) -> str:
    """The page of the batch."""
    return reverse("claim_checks:batch", args=[matter.data.get("batch", 0)])


def change_address(matter: Matter) -> str:
    """The page of the change."""
    return reverse("claim_checks:change", args=[matter.data.get("change", 0)])


def bill_panel(matter: Matter, actor: Actor) -> dict[str, Any]:
    """The findings that the matter is about, as far as they are the actor's to see."""
    from yigongti.systems.claim_checks import queries

    if actor is NOBODY:
        return {"found": []}
    return {"found": queries.findings_of_matter(actor, matter), "counted": matter.data.get("counted")}
