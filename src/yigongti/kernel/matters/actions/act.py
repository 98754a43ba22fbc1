"""A step is taken: the one door by which a matter moves on.

Within the caller's transaction: the matter is locked; what the kind asks is asked (state, version, permission, hands,
second person, not the accused, words, amount, evidence, articles); the step is written; the kind's own effect happens;
the letter it prints becomes due; then it is in other hands, and those are told. Either all of it or nothing, also when
the caller goes on after the error.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from yigongti.foundation.errors import NotPermitted
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.matters.actions.requirements import (
    acts_for,
    after_last_step,
    require_current,
    require_given,
    require_may,
    require_second_person,
    the_matter_to_change,
    the_transition,
)
from yigongti.kernel.matters.desks import due_day, hand_over, now_held
from yigongti.kernel.matters.history import keep, next_step
from yigongti.kernel.matters.kinds import Change, Given, Kind, Transition
from yigongti.kernel.matters.letters.due import due_letter
from yigongti.kernel.matters.letters.wording import letter_kind
from yigongti.kernel.matters.models import Matter
from yigongti.kernel.matters.registry import kind_of
from yigongti.kernel.matters.telling import tell_of_move
from yigongti.kernel.trail.public import record

NOTHING = Given()


@transaction.atomic
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

    Raises NotFound (no such matter or attachment, or not the actor's to see), NotPermitted, InvalidInput (something is
    missing), Conflict (it has moved on meanwhile, or the clock stands before the last step) and PolicyError (the policy
    lacks the letter or the deadline). Nothing is changed then.
    """
    matter = the_matter_to_change(matter_id)
    kind = kind_of(matter.kind)
    transition = the_transition(kind, transition_id)
    today = timezone.localdate(at)
    require_may(actor, matter, transition, today)
    require_current(matter, kind, transition, version)
    require_second_person(actor, matter, transition)
    require_given(given, transition)
    if transition.letter:
        letter_kind(transition.letter)
    at = after_last_step(matter, at)
    change = _change(actor, matter, transition, given, at)
    if transition.check:
        transition.check(change)
    held_before = matter.holder_account_id
    _move(matter, kind, change)
    keep(change.step, actor, given.attachments)
    if transition.effect:
        transition.effect(change)
    matter.save()
    if transition.letter:
        due_letter(change, kind, transition.letter)
    tell_of_move(matter, kind, change, held_before)
    if actor is not NOBODY:  # the trail tells of people; what the product does stands in the history
        record(
            actor, transition.permission, subject=f"{matter.kind} {matter.number} {transition.id}", at=at,
            institution_id=matter.institution_id, detail={"matter": matter.pk, "step": change.step.number},
        )  # fmt: skip
    return matter


def _change(actor: Actor, matter: Matter, transition: Transition, given: Given, at: datetime) -> Change:
    step = next_step(
        matter, actor, transition.id, at, source=matter.state, target=transition.target, words=given.words.strip(),
        amount=given.amount, articles=list(given.articles),
        data={**given.data, **acts_for(actor, matter, transition, timezone.localdate(at))},
        form_answer_id=given.form_answer, internal=transition.internal,
        before=now_held(matter) if transition.undoable else {},
    )  # fmt: skip
    return Change(actor, matter, step, given, at)


def _move(matter: Matter, kind: Kind, change: Change) -> None:
    """Set what the step makes of the matter: data, amount, hands, deadline. Not saved."""
    matter.data = {**matter.data, **change.given.data}
    if change.given.amount is not None:
        matter.amount = change.given.amount
    state = kind.state(change.step.target)
    hand_over(matter, state)
    matter.state_since = change.at
    matter.due_on = change.step.due_on = due_day(state, timezone.localdate(change.at))
    matter.closed_at = change.at if state.final else None
    matter.version += 1


def may_take(actor: Actor, matter: Matter, transition: Transition) -> bool:
    """Whether the actor may take the step as far as posts and hands go; what else it needs is told by `act`."""
    try:
        require_may(actor, matter, transition, timezone.localdate())
    except NotPermitted:
        return False
    return True
