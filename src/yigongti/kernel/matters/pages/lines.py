"""A line of a list of matters: what, from whom, about whom, where it stands, by when, and what can be done at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yigongti.foundation.errors import Text
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.matters import registry
from yigongti.kernel.matters.actions.act import may_take
from yigongti.kernel.matters.kinds import State, Transition
from yigongti.kernel.matters.models import Matter
from yigongti.kernel.matters.pages.sentences import due_words, language
from yigongti.kernel.matters.reading import Due, due_of, last_takers
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.presentation.tables import Column

FIELDS = (
    "id", "kind", "subject", "title_zh", "title_en", "institution_id", "owner_id", "department_code", "month", "state",
    "due_on", "amount", "opened_at", "opened_by_id", "opened_by_name", "version", "closed_at", "holder_id",
    "holder_account_id",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A matter in a list. quick: steps that need nothing more than a press; bulk: steps that may be taken for many."""

    matter: Matter
    title: str
    kind: Text
    state: State | None
    about: str
    source: str
    due: Due
    due_words: str
    quick: Sequence[Transition]
    bulk: Sequence[Transition]

    @property
    def address(self) -> str:
        return reverse("matters:matter", args=[self.matter.pk])


def lines_of(rows: Iterable[Any], actor: Actor, today: date) -> list[Line]:
    """The rows of a list (dicts of FIELDS), completed with two queries for all of them."""
    matters = [Matter(**{name: row[name] for name in FIELDS}) for row in rows]
    institutions = Institution.objects.in_bulk({matter.institution_id for matter in matters})
    takers = last_takers(matter.pk for matter in matters) if matters else {}
    return [_line(matter, institutions, takers, actor, today) for matter in matters]


def _line(
    matter: Matter,
    institutions: dict[int, Institution],
    takers: dict[int, tuple[str, str]],
    actor: Actor,
    today: date,
) -> Line:
    kind = registry.kinds().get(matter.kind)
    due = due_of(matter.due_on, today)
    by, _action = takers.get(matter.pk, (matter.opened_by_name, ""))
    steps = (
        [t for t in kind.leading_out(matter.state) if not t.automatic and may_take(actor, matter, t)] if kind else []
    )
    about = institutions.get(matter.institution_id)
    return Line(
        matter=matter,
        title=matter.title(language()),
        kind=kind.label if kind else Text(matter.kind, matter.kind),
        state=next((state for state in kind.states if state.id == matter.state), None) if kind else None,
        about=about.in_language(language()) if about else "",
        source=by or _("The product"),
        due=due,
        due_words=due_words(due) if matter.closed_at is None else "",
        quick=[step for step in steps if not step.needs and not step.ask],
        bulk=[step for step in steps if step.bulk],
    )


def exported(rows: Iterable[Any], actor: Actor, today: date) -> Iterable[dict[str, Any]]:
    """The rows of an export, a batch at a time."""
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == 500:
            yield from _exported(batch, actor, today)
            batch = []
    yield from _exported(batch, actor, today)


def _exported(batch: list[Any], actor: Actor, today: date) -> Iterable[dict[str, Any]]:
    for line in lines_of(batch, actor, today):
        matter = line.matter
        yield {
            "number": matter.number, "kind": line.kind.in_language(language()), "title": line.title,
            "source": line.source, "institution": line.about, "department": matter.department_code,
            "month": matter.month, "state": line.state.label.in_language(language()) if line.state else matter.state,
            "due_on": matter.due_on, "days": line.due.days, "amount": matter.amount, "subject": matter.subject,
            "opened_at": matter.opened_at,
        }  # fmt: skip


def export_columns() -> list[Column]:
    """The columns of an export."""
    return [
        Column("number", _("Number")), Column("kind", _("Kind of matter")), Column("title", _("Matter")),
        Column("source", _("From whom")), Column("institution", _("About")), Column("department", _("Department code")),
        Column("month", _("Month")), Column("state", _("State")), Column("due_on", _("Due on"), "date"),
        Column("days", _("Working days left"), "count"), Column("amount", _("Amount (yuan)"), "money"),
        Column("subject", _("Subject")), Column("opened_at", _("Opened"), "instant"),
    ]  # fmt: skip


def amounts(lines: Sequence[Line]) -> Decimal:
    """Yuan of the lines shown."""
    return sum((line.matter.amount for line in lines if line.matter.amount is not None), Decimal(0))
