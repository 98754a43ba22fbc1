"""One matter with everything that its page tells: who may read it, what may be done, in whose hands, what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from yigongti.foundation.errors import NotFound, Text
from yigongti.foundation.working_days import WorkingCalendar
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy
from yigongti.kernel.access.models import Account
from yigongti.kernel.access.roles import ROLES, Role
from yigongti.kernel.matters import registry
from yigongti.kernel.matters.actions.act import may_take
from yigongti.kernel.matters.kinds import Kind, State, Transition
from yigongti.kernel.matters.letters.finding import may_read
from yigongti.kernel.matters.models import Letter, Matter, Step
from yigongti.kernel.matters.registry import kind_of
from yigongti.kernel.matters.words import OTHER_STEPS, action_of, manner_of
from yigongti.kernel.organisations.models import Institution

FEW_DAYS = 2
"""Working days from which on a deadline is shown as due (amber)."""


def the_matter(actor: Actor, number: int, today: date) -> Matter:
    """One matter that the actor may read: by the kind's `see`, by having it in hands, by having opened it.

    Raises NotFound otherwise; whether there is such a matter is not told.
    """
    found = Matter.objects.filter(pk=number).select_related("institution", "owner", "holder").first()
    if found is None or found.kind not in registry.kinds() or not may_read(actor, found, today):
        raise NotFound(
            "matters.not_found",
            zh="没有这件事项，或您无权查看",
            en="there is no such matter, or it is not yours to see",
        )
    return found


def may_be_taken(actor: Actor, matter: Matter) -> list[Transition]:
    """The steps that the actor may take now, as far as posts go, in the order of the kind."""
    kind = kind_of(matter.kind)
    return [step for step in kind.leading_out(matter.state) if not step.automatic and may_take(actor, matter, step)]


# ---- by when


@dataclass(frozen=True, slots=True)
class Due:
    """By when, and how that stands today. days: working days left; negative: days late; None without a deadline."""

    on: date | None
    days: int | None

    @property
    def tone(self) -> str:
        """ "bad" when late, "due" when it is near, "" otherwise."""
        if self.days is None:
            return ""
        return "bad" if self.days < 0 else "due" if self.days <= FEW_DAYS else ""


@lru_cache(maxsize=1)
def calendar() -> WorkingCalendar:
    """The working days of this installation's policy."""
    return WorkingCalendar.of(policy())


@lru_cache(maxsize=4096)
def _days_until(today: date, day: date) -> int:
    days = calendar().working_days_until(today, day)
    return -1 if day < today and days == 0 else days  # over a weekend it is late all the same


def due_of(day: date | None, today: date) -> Due:
    """How a day stands against today."""
    return Due(day, None if day is None else _days_until(today, day))


# ---- in whose hands


@lru_cache(maxsize=256)
def roles_at(permission: str) -> tuple[Role, ...]:
    """The roles that sit at a desk."""
    return tuple(role for role in ROLES.values() if permission in role.permissions)


@dataclass(frozen=True, slots=True)
class Hands:
    """In whose hands a matter is: at an institution, a person by name or all of the roles; nobody's when closed."""

    institution: Institution | None
    person: str
    roles: tuple[Role, ...]


def hands_of(matter: Matter, language: str) -> Hands:
    """In whose hands it is now."""
    if matter.closed_at is not None or matter.holder is None:
        return Hands(None, "", ())
    if matter.holder_account_id:
        return Hands(matter.holder, names_of([matter.holder_account_id]).get(matter.holder_account_id, "—"), ())
    return Hands(matter.holder, "", roles_at(matter.desk))


def names_of(accounts: Iterable[int]) -> dict[int, str]:
    """What accounts are called, as far as the actor may know them."""
    wanted = {number for number in accounts if number}
    return dict(Account.objects.filter(pk__in=wanted).values_list("pk", "display_name")) if wanted else {}


# ---- what happened


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline. label: what was done; target: the state that it led to, if it did; words and further
    parts come from the step. letters: what it printed."""

    at: datetime
    by: str
    label: Text
    tone: str
    step: Step | None
    target: State | None
    letters: tuple[Letter, ...] = ()
    articles: tuple[str, ...] = ()
    attachments: tuple[int, ...] = ()
    manner: Text | None = None


def timeline(matter: Matter) -> list[Event]:
    """What happened to it, oldest first: steps, comments, reminders, letters."""
    kind = kind_of(matter.kind)
    letters: dict[int, list[Letter]] = {}
    for letter in matter.letters.all():
        letters.setdefault(letter.step_id, []).append(letter)
    steps = list(matter.steps.order_by("number").prefetch_related("attached"))
    events = [_event(kind, step, tuple(letters.get(step.pk, ()))) for step in steps]
    told = {step.at for step in steps if step.action in ("reminded", "escalated")}
    for reminder in matter.reminders.all():
        if reminder.at not in told:
            label = OTHER_STEPS["escalated" if reminder.level > 1 else "reminded"]
            events.append(Event(reminder.at, "", label, "due", None, None))
    return sorted(events, key=lambda event: (event.at, event.step.number if event.step else 0))


def _event(kind: Kind, step: Step, letters: tuple[Letter, ...]) -> Event:
    transition = next((each for each in kind.transitions if each.id == step.action), None)
    target = next((state for state in kind.states if state.id == step.target), None)
    return Event(
        step.at, step.by_name, action_of(step, kind), transition.tone if transition else "", step, target, letters,
        tuple(_article(name) for name in step.articles), tuple(each.attachment_id for each in step.attached.all()),
        manner_of(step),
    )  # fmt: skip


def _article(name: str) -> str:
    """An article as it was chosen: "source-id" or "source-id#words of the article"."""
    source_id, _sign, part = name.partition("#")
    source = policy().sources.get(source_id)
    title = source.title.zh if source else source_id
    return f"《{title}》{part}" if source else f"{title} {part}".strip()


def happened_since(matter: Matter, version: int) -> list[Event]:
    """The last events after the version that somebody saw: what was done meanwhile."""
    moved = max(matter.version - version, 0)
    steps = [event for event in timeline(matter) if event.step is not None]
    return steps[-moved:] if moved else []


def last_takers(numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Matter → (who took its last step, the step's action): from whom it came. One query for all of them."""
    rows = Step.objects.filter(matter_id__in=list(numbers)).order_by("matter_id", "-number").distinct("matter_id")
    return {matter: (name, action) for matter, name, action in rows.values_list("matter_id", "by_name", "action")}


def done_on(actor: Actor, midnight: datetime, most: int) -> list[dict[str, Any]]:
    """The steps that the actor took since midnight, latest first, at most `most`."""
    rows = Step.objects.filter(by_id=actor.account_id, at__gte=midnight).order_by("-at", "-id")
    fields = ("matter_id", "action", "at", "target", "matter__kind", "matter__title_zh", "matter__title_en",
              "matter__opened_at", "matter__closed_at")  # fmt: skip
    return list(rows.values(*fields)[:most])
