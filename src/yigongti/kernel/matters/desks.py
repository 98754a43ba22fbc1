"""In whose hands a matter is: the desk of its state, at a place, perhaps by name."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from yigongti.foundation.working_days import WorkingCalendar
from yigongti.kernel.access.limits import policy
from yigongti.kernel.matters.kinds import INSTITUTION, OPENER, OWNER, State
from yigongti.kernel.matters.models import Matter


def hand_over(matter: Matter, state: State) -> None:
    """Set state, desk, holder and account as the state says. Not saved."""
    matter.state, matter.shown = state.id, matter.shown or state.shown
    if state.final or state.desk is None:
        matter.desk, matter.holder_account_id = "", 0
        return
    desk = state.desk
    matter.desk = desk.permission
    if desk.at == OPENER:
        matter.holder_id, matter.holder_account_id = matter.institution_id, matter.opened_by_id
        return
    matter.shown = matter.shown or desk.at == INSTITUTION  # who must answer must see
    matter.holder_id = matter.owner_id if desk.at == OWNER else matter.institution_id
    matter.holder_account_id = int(matter.data.get(desk.assigned_by) or 0) if desk.assigned_by else 0


def now_held(matter: Matter) -> dict[str, Any]:
    """What a step that may be taken back finds, as JSON; `hand_back` restores it."""
    return {
        "state": matter.state,
        "state_since": matter.state_since.isoformat(),
        "shown": matter.shown,
        "desk": matter.desk,
        "holder_id": matter.holder_id,
        "holder_account_id": matter.holder_account_id,
        "due_on": matter.due_on and matter.due_on.isoformat(),
        "amount": matter.amount if matter.amount is None else str(matter.amount),
        "data": matter.data,
    }


def hand_back(matter: Matter, found: dict[str, Any]) -> None:
    """Set everything as `now_held` found it. Not saved."""
    plain = {key: found[key] for key in ("state", "shown", "desk", "holder_id", "holder_account_id", "data")}
    for name, value in plain.items():
        setattr(matter, name, value)
    matter.state_since = datetime.fromisoformat(found["state_since"])
    matter.due_on = date.fromisoformat(found["due_on"]) if found["due_on"] else None
    matter.amount = None if found["amount"] is None else Decimal(found["amount"])
    matter.closed_at = None


def due_day(state: State, on: date) -> date | None:
    """By when the state is due when it begins on that day; None for a state without a deadline.

    Raises PolicyError when the policy lacks the state's number of days.
    """
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
