"""Deadlines are watched: a reminder before, reminders and escalation after, and what the product does by itself.

Level 0: some working days before it is due (matters.remind_before_days), those in whose hands it is are told. Level 1:
on the first working day late, they are told again, and the history says so. Levels 2, 3, …: every
matters.escalation_days further, the next permission of the state's `escalates_to` is told, at the owner and above it. A
state with `when_late` is instead moved on by the product on the first working day late.

Each level of a matter and due day is told once, whatever happens to the worker: the row of Reminder is written in the
transaction of the notice, with the matter locked; and it stays when the clock is set back and forward again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from yigongti.foundation.errors import YigongtiError
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.limits import policy
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.actions.act import act
from yigongti.kernel.matters.desks import calendar
from yigongti.kernel.matters.history import keep, next_step
from yigongti.kernel.matters.kinds import Given, State
from yigongti.kernel.matters.models import Matter, Reminder
from yigongti.kernel.matters.registry import kind_of, kinds
from yigongti.kernel.matters.telling import MATTERS, tell_above, tell_hands
from yigongti.kernel.matters.words import BY_DEADLINE

log = logging.getLogger(__name__)
AT_ONCE = 500
SOON, LATE = 0, 1


@dataclass
class Watched:
    """What a run did: matters reminded of before and after their day, levels told above, steps taken, and failures."""

    soon: int = 0
    late: int = 0
    escalated: int = 0
    moved_on: int = 0
    failed: int = 0


def remind(at: datetime) -> Watched:
    """Look at every open matter that is nearly due or late. Harmless when repeated, at once or later."""
    today, done = timezone.localdate(at), Watched()
    before = _days("matters.remind_before_days", today)
    horizon = calendar().due(today, before).day
    if before and not calendar().is_worked(horizon)[0]:
        horizon += timedelta(days=1)
    for matter_id in _candidates(horizon, today):
        try:
            with scope(NOBODY, purpose=MATTERS):
                _look_at(matter_id, today, at, done)
        except Exception as error:  # one matter that cannot be moved must not hide the others
            done.failed += 1
            log.log(logging.WARNING if isinstance(error, YigongtiError) else logging.ERROR, "matter %s: %s",
                    matter_id, error, exc_info=not isinstance(error, YigongtiError))  # fmt: skip
    return done


def _candidates(horizon: date, today: date) -> Iterator[int]:
    """Open matters due up to the horizon for which a level is wanting, in the order of their due days."""
    after: tuple[date, int] | None = None
    while True:
        with scope(NOBODY, purpose=MATTERS):
            rows = Matter.objects.filter(closed_at__isnull=True, due_on__lte=horizon).order_by("due_on", "id")
            if after:
                rows = rows.filter(due_on__gte=after[0]).exclude(due_on=after[0], pk__lte=after[1])
            some = list(rows[:AT_ONCE])
            told = {(r.matter_id, r.due_on, r.level) for r in Reminder.objects.filter(matter__in=some)}
        for matter in some:
            if any((matter.pk, matter.due_on, level) not in told for level in _wanted(matter, today)):
                yield matter.pk
        if len(some) < AT_ONCE:
            return
        after = (some[-1].due_on, some[-1].pk)  # type: ignore[assignment]


def _wanted(matter: Matter, today: date) -> list[int]:
    """The levels that are to have been told by today, in order. A matter that is late is not told that it will be."""
    if matter.due_on is None or matter.kind not in kinds():
        return []
    late = calendar().working_days_until(matter.due_on, today) if matter.due_on < today else 0
    if late < 1:
        soon = calendar().working_days_until(today, matter.due_on) <= _days("matters.remind_before_days", today)
        return [SOON] if soon and matter.due_on >= today else []
    above = (late - 1) // max(_days("matters.escalation_days", today), 1)
    return list(range(LATE, LATE + 1 + min(above, len(_state(matter).escalates_to))))


def _look_at(matter_id: int, today: date, at: datetime, done: Watched) -> None:
    """One matter in one transaction: another run that is at it is left alone."""
    rows = Matter.objects.select_for_update(of=("self",), skip_locked=True)
    matter = rows.filter(pk=matter_id, closed_at__isnull=True).first()
    if matter is None:
        return
    levels = _wanted(matter, today)
    state = _state(matter)
    if state.when_late and LATE in levels:
        act(NOBODY, matter.pk, state.when_late, at=max(at, matter.changed_at), given=_by_deadline())
        done.moved_on += 1
        return
    told = set(Reminder.objects.filter(matter=matter, due_on=matter.due_on).values_list("level", flat=True))
    for level in levels:
        if level not in told:
            _tell(matter, state, level, at, done)
    matter.save(update_fields=["last_step", "changed_at"])


def _tell(matter: Matter, state: State, level: int, at: datetime, done: Watched) -> None:
    Reminder.objects.create(matter=matter, due_on=matter.due_on, level=level, at=at)
    kind = kind_of(matter.kind)
    if level == SOON:
        tell_hands(matter, kind, "matter_due_soon", at)
        done.soon += 1
        return
    at = max(at, matter.changed_at)
    if level == LATE:
        tell_hands(matter, kind, "matter_late", at)
        keep(next_step(matter, NOBODY, "reminded", at, data={"level": level}), NOBODY)
        done.late += 1
        return
    permission = state.escalates_to[level - 2]
    tell_above(matter, kind, permission, at)
    keep(next_step(matter, NOBODY, "escalated", at, data={"level": level, "to": permission}, internal=True), NOBODY)
    done.escalated += 1


def _by_deadline() -> Given:
    return Given(words=BY_DEADLINE.zh, data={"automatic": "deadline"})


def _state(matter: Matter) -> State:
    return kind_of(matter.kind).state(matter.state)


def _days(name: str, today: date) -> int:
    return int(policy().value(name, on=today))  # type: ignore[arg-type]
