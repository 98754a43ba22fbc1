"""A step is taken: the one door by which a matter moves on.

Within the caller's transaction: the matter is locked; what the kind asks is asked (state, version, permission, second
person, not the accused, words, amount, evidence, articles); the step is written; the letter it prints becomes due; the
kind's own effect happens; then it is in other hands. Either all of it or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted
from yigongti.kernel.access.actor import NOBODY, Actor, covers
from yigongti.kernel.matters.desks import due_day, hand_over
from yigongti.kernel.matters.kinds import INSTITUTION, OPENER, Change, Given, Kind, Need, Transition
from yigongti.kernel.matters.letters.due import due_letter
from yigongti.kernel.matters.models import Matter, Step, StepAttachment
from yigongti.kernel.matters.registry import kind_of
from yigongti.kernel.trail.public import record

NOTHING = Given()
CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far the clock may stand before the last step: clocks of two web servers differ. Further back: no step."""


def act(
    actor: Actor,
    matter_id: int,
    transition_id: str,
    *,
    at: datetime,
    given: Given = NOTHING,
    version: int | None = None,
) -> Matter:
    """Take the step. version: the version that the actor saw (None: whatever it is, for the product itself).

    Raises NotFound (no such matter, or not the actor's to see), NotPermitted, InvalidInput (something is missing) and
    Conflict (it has moved on meanwhile, or the clock stands before the last step). Nothing is changed then.
    """
    matter = Matter.objects.select_for_update(of=("self",)).filter(pk=matter_id).first()
    if matter is None:
        raise _not_found()
    kind = kind_of(matter.kind)
    transition = _the_transition(kind, transition_id)
    require_may(actor, matter, transition)
    _require_current(matter, kind, transition, version)
    _require_second_person(actor, matter, transition)
    _require_given(given, transition)
    last = matter.steps.order_by("-number").first()
    assert last is not None  # every matter has been opened
    at = _after(last.at, at)
    step = Step(
        matter=matter, number=last.number + 1, action=transition.id, source=matter.state, target=transition.target,
        words=given.words.strip(), amount=given.amount, articles=list(given.articles), data=dict(given.data),
        form_answer_id=given.form_answer, internal=transition.internal,
        by_id=0 if actor is NOBODY else actor.account_id, by_name=actor.display_name, at=at,
    )  # fmt: skip
    change = Change(actor, matter, step, given, at)
    if transition.check:
        transition.check(change)
    matter.data = {**matter.data, **given.data}
    if given.amount is not None:
        matter.amount = given.amount
    state = kind.state(transition.target)
    hand_over(matter, state)
    matter.state_since = matter.changed_at = at
    matter.due_on = step.due_on = due_day(state, timezone.localdate(at))
    matter.closed_at = at if state.final else None
    matter.version += 1
    step.save(force_insert=True)
    StepAttachment.objects.bulk_create(StepAttachment(step=step, attachment_id=each) for each in given.attachments)
    if transition.effect:
        transition.effect(change)
    matter.save()
    if transition.letter:
        due_letter(matter, step, transition.letter, at=at)
    record(
        actor, transition.permission, subject=f"{matter.kind} {matter.number} {transition.id}", at=at,
        institution_id=matter.institution_id, detail={"matter": matter.pk, "step": step.number},
    )  # fmt: skip
    return matter


def may_take(actor: Actor, matter: Matter, transition: Transition) -> bool:
    """Whether the actor may take the step as far as posts go; what else it needs is told by `act`."""
    try:
        require_may(actor, matter, transition)
    except NotPermitted:
        return False
    return True


def require_may(actor: Actor, matter: Matter, transition: Transition) -> None:
    """Raises NotPermitted unless the actor's posts allow the step on this matter."""
    if actor is NOBODY:
        return  # the product itself; the database asks for the purpose "matters"
    if transition.at == OPENER:
        if actor.account_id != matter.opened_by_id:
            raise NotPermitted("matters.opener_only", zh="只有提出人可以这样办理", en="only who opened it may do this")
        return
    place = matter.institution_id if transition.at == INSTITUTION else matter.owner_id
    actor.require(transition.permission, place)
    if transition.not_of_institution and any(
        covers(post.reach, matter.institution_id) and not covers(post.reach, matter.owner_id) for post in actor.posts
    ):
        raise NotPermitted(
            "matters.of_the_institution",
            zh="您在被查机构任职，不能办理这一步",
            en="you hold a post at the institution concerned: somebody else must take this step",
        )


def _the_transition(kind: Kind, transition_id: str) -> Transition:
    try:
        return kind.transition(transition_id)
    except KeyError:
        raise NotFound(
            "matters.step_unknown", zh="没有这样的办理步骤", en="there is no such step", where=transition_id
        ) from None


def _require_current(matter: Matter, kind: Kind, transition: Transition, version: int | None) -> None:
    if matter.state in transition.source and version in (None, matter.version):
        return
    state = kind.state(matter.state).label
    raise Conflict(
        "matters.moved_on",
        zh=f"这件事项已被他人办理，现为“{state.zh}”，请刷新后再看",
        en=f"somebody has moved this matter on; it is now “{state.en}”: look at it again",
        where=matter.number,
    )


def _require_second_person(actor: Actor, matter: Matter, transition: Transition) -> None:
    for other in transition.not_by:
        taken = matter.steps.filter(action=other).order_by("-number").first()
        if taken is not None and taken.by_id == actor.account_id:
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


def _require_given(given: Given, transition: Transition) -> None:
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


def _after(last: datetime, at: datetime) -> datetime:
    if at < last - CLOCK_TOLERANCE:
        said = f"{timezone.localtime(last):%Y-%m-%d %H:%M}"
        raise Conflict(
            "matters.clock_set_back",
            zh=f"服务器时钟早于上一步的时间（{said}），请管理员校准后再办理",
            en=f"the server's clock stands before the last step ({said}): set it right first",
        )
    return max(at, last)


def _not_found() -> NotFound:
    return NotFound(
        "matters.not_found", zh="没有这件事项，或您无权查看", en="there is no such matter, or it is not yours to see"
    )
