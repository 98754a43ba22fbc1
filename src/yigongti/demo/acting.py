"""How the demo acts in people's names: the account's own permissions and rows, on a day of the story that is past."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.queries import actor_by_username
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import Given, act


def people(*names: str, at: datetime) -> dict[str, Actor]:
    """User name → actor, of those demo accounts that are there."""
    found = {name: actor_by_username(name, timezone.localdate(at)) for name in names}
    return {name: actor for name, actor in found.items() if actor is not None}


def moment(day: date, hour: int, *, at: datetime) -> datetime:
    """That hour of the day, or now where the day is still to come: nothing of the story is in the future."""
    return min(datetime.combine(day, time(hour), timezone.get_default_timezone()), at)


def days_before(at: datetime, days: int, hour: int) -> datetime:
    """An hour so many days ago; in the first days of a month, the first: the story stays within this month."""
    today = timezone.localdate(at)
    return moment(max(today - timedelta(days=days), today.replace(day=1)), hour, at=at)


def take(actor: Actor, matter_id: int, step: str, *, at: datetime, words: str = "") -> None:
    """The actor takes a step of a matter, in words that say they are the demo's."""
    with scope(actor):
        act(actor, matter_id, step, at=at, given=Given(words=words and f"（演示）{words}"))
