"""What a step asks for before it is taken: the state and version that were seen, the permission, the right hands, a
second person, nobody of the accused, and what must be handed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted
from yigongti.kernel.access.actor import NOBODY, Actor, covers
from yigongti.kernel.access.roles import PERMISSIONS
from yigongti.kernel.matters.kinds import INSTITUTION, OPENER, Given, Kind, Need, Transition
from yigongti.kernel.matters.models import Matter
from yigongti.kernel.matters.queries import stands_in_for

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far the clock may stand before the last step: clocks of two web servers differ. Further back: no step."""


def the_matter_to_change(matter_id: int) -> Matter:
    """The matter, locked until the transaction ends. Raises NotFound for one that is not the actor's to see."""
    found = Matter.objects.select_for_update(of=("self",)).filter(pk=matter_id).first()
    if found is None:
        raise NotFound(
            "matters.not_found",
            zh="没有这件事项，或您无权查看",
            en="there is no such matter, or it is not yours to see",
        )
    return found


def the_transition(kind: Kind, transition_id: str) -> Transition:
    """Raises NotFound for a step that the kind does not have."""
    try:
        return kind.transition(transition_id)
    except KeyError:
        raise NotFound(
            "matters.step_unknown", zh="没有这样的办理步骤", en="there is no such step", where=transition_id
        ) from None


def sits_at(actor: Actor, permission: str, institution_id: int, department_code: str) -> bool:
    """Whether a post of the actor holds the permission there; a post for one department, only in what is of it."""
    PERMISSIONS[permission]  # a misspelt name must not silently deny
    return any(
        permission in post.role.permissions
        and covers(post.reach, institution_id)
        and post.department_code in ("", department_code)
        for post in actor.posts
    )


def require_may(actor: Actor, matter: Matter, transition: Transition, today: date) -> None:
    """Raises NotPermitted unless the actor's posts allow the step, and the matter lies in nobody else's hands."""
    if actor is NOBODY:
        return  # the product itself; the database asks for the purpose "matters"
    if transition.automatic:
        raise NotPermitted("matters.automatic", zh="这一步由系统自动办理", en="the product itself takes this step")
    if transition.at == OPENER:
        if matter.opened_by_id != actor.account_id and matter.opened_by_id not in stands_in_for(actor, today):
            raise NotPermitted("matters.opener_only", zh="只有提出人可以这样办理", en="only who opened it may do this")
        return
    place = matter.institution_id if transition.at == INSTITUTION else matter.owner_id
    actor.require(transition.permission, place)
    if not sits_at(actor, transition.permission, place, matter.department_code):
        raise NotPermitted(
            "matters.other_department",
            zh="这件事项属于其他科室，您的岗位不能办理",
            en="this matter is another department's: your post does not reach it",
        )
    _require_own_hands(actor, matter, transition, today)
    if transition.not_of_institution and any(
        covers(post.reach, matter.institution_id) and not covers(post.reach, matter.owner_id) for post in actor.posts
    ):
        raise NotPermitted(
            "matters.of_the_institution",
            zh="您在被查机构任职，不能办理这一步",
            en="you hold a post at the institution concerned: somebody else must take this step",
        )


def _require_own_hands(actor: Actor, matter: Matter, transition: Transition, today: date) -> None:
    """What lies on one account's desk is taken on by that account or its deputy; steps from other desks are not held
    up by it (the office may always call a matter back)."""
    holder = matter.holder_account_id
    if not holder or transition.permission != matter.desk:
        return
    if holder != actor.account_id and holder not in stands_in_for(actor, today):
        raise NotPermitted(
            "matters.in_other_hands",
            zh="这件事项已指定由他人办理，如需接手请先收回指定",
            en="this matter is in somebody else's hands: take it back first if you are to go on with it",
            where=matter.number,
        )


def acts_for(actor: Actor, matter: Matter, transition: Transition, today: date) -> dict[str, object]:
    """What a step taken by a deputy says of it: {"for": {"id": 3, "name": "张三"}}; {} in one's own name."""
    whose = matter.opened_by_id if transition.at == OPENER else matter.holder_account_id
    if actor is NOBODY or not whose or whose == actor.account_id:
        return {}
    name = stands_in_for(actor, today).get(whose)
    return {} if name is None else {"for": {"id": whose, "name": name}}


def require_current(matter: Matter, kind: Kind, transition: Transition, version: int | None) -> None:
    """Raises Conflict when the matter has moved on since it was seen, or the step does not lead out of its state."""
    if matter.state in transition.source and version in (None, matter.version):
        return
    raise moved_on(matter, kind)


def moved_on(matter: Matter, kind: Kind) -> Conflict:
    """What somebody reads who acts on what is no longer so."""
    state = kind.state(matter.state).label
    return Conflict(
        "matters.moved_on",
        zh=f"这件事项已被他人办理，现为“{state.zh}”，请刷新后再看",
        en=f"somebody has moved this matter on; it is now “{state.en}”: look at it again",
        where=matter.number,
    )


def require_second_person(actor: Actor, matter: Matter, transition: Transition) -> None:
    """Raises NotPermitted when the actor took one of the steps of `not_by` last, in the own name or for somebody."""
    if actor is NOBODY:
        return
    for other in transition.not_by:
        taken = matter.steps.filter(action=other).order_by("-number").first()
        if taken is not None and actor.account_id in (taken.by_id, taken.data.get("for", {}).get("id")):
            raise NotPermitted(
                "matters.second_person",
                zh="这一步须由另一人办理，不能与前一步为同一人",
                en="a second person must take this step: you took the one before",
                where=matter.number,
            )


_MISSING = {
    Need.WORDS: ("请写明理由或说明", "say it in words"),
    Need.AMOUNT: ("请填写金额（元）", "give the amount in yuan"),
    Need.EVIDENCE: ("请至少上传一份证据", "attach at least one piece of evidence"),
    Need.FORM: ("请先填写表单", "fill in the form first"),
    Need.ARTICLES: ("请选择依据的条款", "name the article that it rests on"),
}


def require_given(given: Given, transition: Transition) -> None:
    """Raises InvalidInput for what the step needs and was not handed in, and for a negative amount."""
    has = {
        Need.WORDS: bool(given.words.strip()),
        Need.AMOUNT: given.amount is not None,
        Need.EVIDENCE: bool(given.attachments),
        Need.FORM: given.form_answer is not None,
        Need.ARTICLES: bool(given.articles),
    }
    missing: Sequence[Need] = [need for need in transition.needs if not has[need]]
    if missing:
        raise InvalidInput(
            f"matters.{missing[0]}_missing",
            zh="；".join(_MISSING[need][0] for need in missing),
            en="; ".join(_MISSING[need][1] for need in missing),
            where=transition.id,
        )
    if given.amount is not None and given.amount < 0:
        raise InvalidInput("matters.amount_negative", zh="金额不能为负", en="the amount cannot be negative")


def after_last_step(matter: Matter, at: datetime) -> datetime:
    """When the step counts as taken: now, or the time of the last step where the clock differs by a little.

    Raises Conflict when the clock stands further back."""
    last = matter.changed_at
    if at < last - CLOCK_TOLERANCE:
        said = f"{timezone.localtime(last):%Y-%m-%d %H:%M}"
        raise Conflict(
            "matters.clock_set_back",
            zh=f"服务器时钟早于上一步的时间（{said}），请管理员校准后再办理",
            en=f"the server's clock stands before the last step ({said}): set it right first",
        )
    return max(at, last)
