"""Many matters of a kind are opened, renewed or closed at once: what a month's run finds, as sets and not one by one.

    found = [Opening("2026-10/500101/C000123", Text(…), institution_id=7, owner_id=7, data={…}), …]
    opened = open_many("front_pages.defects", found, at=now)

The same rules hold as for one (open_matter): a subject, no negative amount, one open matter for a subject; every matter
has its first line of history. Run again it opens nothing twice. Everything happens in the caller's connection "bulk"
in one transaction: either all of it or nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from yigongti.foundation.errors import InvalidInput, Text
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.matters.actions.open_matter import OPENED
from yigongti.kernel.matters.desks import due_day, hand_over
from yigongti.kernel.matters.kinds import Kind, Transition
from yigongti.kernel.matters.models import Matter, Step
from yigongti.kernel.matters.registry import kind_of
from yigongti.kernel.trail.public import record

BULK = "bulk"
AT_ONCE = 2000
TOLD_ANEW = "told_anew"
"""The line of history that says that a matter's content has changed without a step of anybody."""
_MOVED = (
    "state", "state_since", "shown", "desk", "holder_id", "holder_account_id", "due_on", "data", "closed_at",
    "changed_at", "version", "last_step",
)  # fmt: skip


@dataclass(frozen=True)
class Opening:
    """A matter to be opened: as the arguments of `open_matter`, institutions by their id."""

    subject: str
    title: Text
    institution_id: int
    owner_id: int
    department_code: str = ""
    month: str = ""
    amount: Decimal | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""


def open_many(kind_id: str, openings: Sequence[Opening], *, at: datetime) -> dict[str, int]:
    """Open those whose subject has no open matter of the kind; subject → number of what was opened.

    Raises NotFound for an unknown kind, InvalidInput for an empty subject, a subject named twice or a negative amount.
    """
    kind = kind_of(kind_id)
    _require_sense(openings)
    opened: dict[str, int] = {}
    with transaction.atomic(using=BULK):
        for start in range(0, len(openings), AT_ONCE):
            opened |= _open(kind, openings[start : start + AT_ONCE], at)
        if opened:
            record(NOBODY, "matters.opened_many", subject=f"{kind.id} {len(opened)}", at=at, using=BULK)
    return opened


def _require_sense(openings: Sequence[Opening]) -> None:
    subjects = {opening.subject for opening in openings}
    wrong = [o for o in openings if not o.subject.strip() or (o.amount is not None and o.amount < 0)]
    if wrong or len(subjects) != len(openings):
        raise InvalidInput(
            "matters.nothing_to_open",
            zh="事项须写明对象且不重复，金额不能为负",
            en="a matter needs a subject that is named once, and no negative amount",
            where=wrong[0].subject if wrong else "",
        )


def _open(kind: Kind, openings: Sequence[Opening], at: datetime) -> dict[str, int]:
    rows = [_matter(kind, opening, at) for opening in openings]
    # who loses the race for a subject waits here for the winner's end, and then adds nothing
    Matter.objects.using(BULK).bulk_create(rows, ignore_conflicts=True)
    first_line = Step.objects.using(BULK).filter(matter_id=OuterRef("pk"))
    subjects = [opening.subject for opening in openings]
    new = Matter.objects.using(BULK).filter(~Exists(first_line), kind=kind.id, subject__in=subjects)
    words = {opening.subject: opening.words for opening in openings}
    found = list(new.only("pk", "subject", "state", "amount", "due_on"))
    Step.objects.using(BULK).bulk_create(
        Step(
            matter_id=matter.pk, number=1, action=OPENED, target=matter.state, words=words[matter.subject],
            amount=matter.amount, at=at, due_on=matter.due_on,
        )
        for matter in found
    )  # fmt: skip
    return {matter.subject: matter.pk for matter in found}


def _matter(kind: Kind, opening: Opening, at: datetime) -> Matter:
    matter = Matter(
        kind=kind.id, subject=opening.subject, title_zh=opening.title.zh[:200], title_en=opening.title.en[:200],
        institution_id=opening.institution_id, owner_id=opening.owner_id, department_code=opening.department_code,
        month=opening.month, state_since=at, amount=opening.amount, data=dict(opening.data), opened_at=at,
        changed_at=at,
    )  # fmt: skip
    hand_over(matter, kind.start)
    matter.due_on = due_day(kind.start, timezone.localdate(at))
    return matter


def renew_many(kind_id: str, openings: Iterable[Opening], *, at: datetime, words: str) -> int:
    """Bring the open matters of these subjects up to date where title, amount or data say something else by now: what
    `data` names is replaced, the rest stays, an amount of None leaves the amount; the matter does not move. How many
    were changed. Whoever must keep an amount that was decided names no matter in which one was."""
    wanted = {opening.subject: opening for opening in openings}
    changed: list[Matter] = []
    with transaction.atomic(using=BULK):
        for matter in _locked(kind_id, wanted):
            opening = wanted[matter.subject]
            data = {**matter.data, **opening.data}
            title = opening.title.zh[:200], opening.title.en[:200]
            amount = matter.amount if opening.amount is None else opening.amount
            if (data, amount, *title) == (matter.data, matter.amount, matter.title_zh, matter.title_en):
                continue
            matter.data, matter.amount = data, amount
            matter.title_zh, matter.title_en = title
            matter.version += 1
            matter.last_step += 1
            matter.changed_at = max(matter.changed_at, at)
            changed.append(matter)
        fields = ("data", "amount", "title_zh", "title_en", "version", "last_step", "changed_at")
        Matter.objects.using(BULK).bulk_update(changed, fields, batch_size=AT_ONCE)
        Step.objects.using(BULK).bulk_create(
            Step(
                matter_id=matter.pk, number=matter.last_step, action=TOLD_ANEW, words=words, at=matter.changed_at,
                amount=wanted[matter.subject].amount,
            )
            for matter in changed
        )  # fmt: skip
    return len(changed)


def _locked(kind_id: str, subjects: Collection[str]) -> list[Matter]:
    rows = Matter.objects.using(BULK).filter(kind=kind_id, subject__in=list(subjects), closed_at__isnull=True)
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def take_for_many(kind_id: str, transition_id: str, subjects: Collection[str], *, at: datetime, words: str = "") -> int:
    """The product itself takes a step for the open matters of these subjects, where it leads out of their state; how
    many. Only for steps that are automatic and have nothing beside them (no letter, no effect, no check).

    Raises InvalidInput for any other step.
    """
    kind = kind_of(kind_id)
    step = kind.transition(transition_id)
    if not step.automatic or step.letter or step.effect or step.check or step.needs:
        raise InvalidInput(
            "matters.not_for_many",
            zh=f"“{step.label.zh}”须逐件办理",
            en=f"“{step.label.en}” must be taken one by one",
        )
    with transaction.atomic(using=BULK):
        found = [matter for matter in _locked(kind.id, subjects) if matter.state in step.source]
        lines = [_moved(kind, step, matter, at, words) for matter in found]
        Matter.objects.using(BULK).bulk_update(found, _MOVED, batch_size=AT_ONCE)
        Step.objects.using(BULK).bulk_create(lines, batch_size=AT_ONCE)
        if found:
            told = f"{kind.id} {step.id} {len(found)}"
            record(NOBODY, "matters.taken_for_many", subject=told, at=at, using=BULK)
    return len(found)


def _moved(kind: Kind, step: Transition, matter: Matter, at: datetime, words: str) -> Step:
    source, state = matter.state, kind.state(step.target)
    at = max(at, matter.changed_at)
    hand_over(matter, state)
    matter.state_since = matter.changed_at = at
    matter.due_on = due_day(state, timezone.localdate(at))
    matter.closed_at = at if state.final else None
    matter.version += 1
    matter.last_step += 1
    return Step(
        matter_id=matter.pk, number=matter.last_step, action=step.id, source=source, target=state.id, words=words,
        at=at, due_on=matter.due_on,
    )  # fmt: skip
