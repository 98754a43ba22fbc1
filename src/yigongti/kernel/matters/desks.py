"""In whose hands a matter is: the desk of its state, at a place, perhaps by name."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from yigongti.foundation.working_days import WorkingCalendar
from yigongti.kernel.access.limits import policy
from yigongti.kernel.matters.kinds import OPENER, OWNER, State
from yigongti.kernel.matters.models import Matter


def hand_over(matter: Matter, state: State) -> None:
    """Set desk, holder and account as the state says. Not saved."""
    matter.state, matter.shown = state.id, matter.shown or state.shown
    if state.final or state.desk is None:
        matter.desk, matter.holder_account_id = "", 0
        return
    desk = state.desk
    matter.desk = desk.permission
    if desk.at == OPENER:
        matter.holder_id, matter.holder_account_id = matter.institution_id, matter.opened_by_id
        return
    matter.holder_id = matter.owner_id if desk.at == OWNER else matter.institution_id
    matter.holder_account_id = int(matter.data.get(desk.assigned_by) or 0) if desk.assigned_by else 0


def due_day(state: State, on: date) -> date | None:
    """By when the state is due when it begins on that day; None for a state without a deadline."""
    if not state.days or state.final:
        return None
    days = int(policy().value(state.days, on=on))  # type: ignore[arg-type]
    return calendar().due(on, days).day


def calendar() -> WorkingCalendar:
    """The working days of the policy in force, read once for each release of it."""
    return _calendar(policy().release.digest)


@lru_cache(maxsize=2)
def _calendar(release: str) -> WorkingCalendar:
    return WorkingCalendar.of(policy())
