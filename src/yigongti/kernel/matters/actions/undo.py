"""Whoever took the last step takes it back, within minutes: by a further step, the history stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from yigongti.foundation.errors import Conflict, NotPermitted
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.limits import limit
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.actions.requirements import after_last_step, moved_on, the_matter_to_change
from yigongti.kernel.matters.desks import hand_back
from yigongti.kernel.matters.history import keep, next_step
from yigongti.kernel.matters.kinds import Change, Given, Kind, Transition
from yigongti.kernel.matters.models import Letter, Matter, Step
from yigongti.kernel.matters.registry import kind_of
from yigongti.kernel.matters.telling import MATTERS, tell_holder
from yigongti.kernel.trail.public import record

UNDONE = "undone"
_NOT_MOVING = ("comment", "reminded", "escalated")
"""Lines after a step that do not keep it from being taken back."""


@transaction.atomic
def undo(actor: Actor, matter_id: int, *, at: datetime, version: int | None = None) -> Matter:
    """Take back the actor's own last step: the matter is again where it was, in the same hands, due on the same day.

    A letter of the step that is not made yet becomes void and keeps its number. Raises NotFound, NotPermitted (somebody
    else's step) and Conflict (it cannot be taken back, is too long ago, the letter is made, or it has moved on).
    """
    matter = the_matter_to_change(matter_id)
    kind = kind_of(matter.kind)
    if version not in (None, matter.version):
        raise moved_on(matter, kind)
    step, transition = _last_step(matter, kind)
    if step.by_id != actor.account_id or not actor.is_signed_in:
        raise NotPermitted(
            "matters.not_own_step", zh="只有办理人本人可以撤回", en="only whoever took the step may take it back",
            where=matter.number,
        )  # fmt: skip
    if at - step.at > timedelta(minutes=limit("matters.undo_minutes")):
        raise _cannot(matter, "已超过可以撤回的时间", "it is too long ago to be taken back")
    at = after_last_step(matter, at)
    _void_letters(matter, step, at)
    if transition.undo:
        transition.undo(Change(actor, matter, step, Given(), at))
    return _taken_back(actor, matter, kind, step, at)


def may_undo(actor: Actor, matter: Matter, at: datetime) -> bool:
    """Whether `undo` would be worth a button: one's own undoable last step, recent enough."""
    kind = kind_of(matter.kind)
    try:
        step, _transition = _last_step(matter, kind)
    except Conflict:
        return False
    recent = at - step.at <= timedelta(minutes=limit("matters.undo_minutes"))
    return actor.is_signed_in and step.by_id == actor.account_id and recent


def _last_step(matter: Matter, kind: Kind) -> tuple[Step, Transition]:
    """The step to be taken back, read as the product: an internal one may be hidden from the actor."""
    with scope(NOBODY, purpose=MATTERS):
        step = matter.steps.exclude(action__in=_NOT_MOVING).order_by("-number").first()
    transition = next((each for each in kind.transitions if step and each.id == step.action), None)
    if step is None or transition is None or not transition.undoable or not step.before:
        raise _cannot(matter, "最近一步不能撤回", "the last step cannot be taken back")
    return step, transition


def _void_letters(matter: Matter, step: Step, at: datetime) -> None:
    with scope(NOBODY, purpose=MATTERS):
        for letter in Letter.objects.select_for_update(of=("self",)).filter(step=step, void_at__isnull=True):
            if letter.made_at is not None or letter.document_digest:
                raise _cannot(matter, "文书已经生成，不能撤回", "its letter has been made: it cannot be taken back")
            letter.void_at = at
            letter.save(update_fields=["void_at"])


def _taken_back(actor: Actor, matter: Matter, kind: Kind, step: Step, at: datetime) -> Matter:
    held = matter.holder_account_id
    hand_back(matter, step.before)
    matter.version += 1
    undone = next_step(
        matter, actor, UNDONE, at, source=step.target, target=step.source, data={"step": step.number},
        internal=step.internal, due_on=matter.due_on,
    )  # fmt: skip
    keep(undone, actor)
    try:
        with transaction.atomic():
            matter.save()
    except IntegrityError as error:  # it was closed, and another about the same has been opened since
        raise _cannot(matter, "同一对象已有新的事项", "another matter about the same has been opened since") from error
    if matter.holder_account_id != held:
        tell_holder(matter, kind, actor, at)
    record(
        actor, "matters.undone", subject=f"{matter.kind} {matter.number} {step.action}", at=at,
        institution_id=matter.institution_id, detail={"matter": matter.pk, "step": step.number},
    )  # fmt: skip
    return matter


def _cannot(matter: Matter, zh: str, en: str) -> Conflict:
    return Conflict("matters.not_undoable", zh=zh, en=en, where=matter.number)
