"""What the address of the inbox asks for: kind, state, institution, month, late, amount, words; as conditions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.http import QueryDict

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.matters import registry
from yigongti.kernel.matters.hands import desks
from yigongti.kernel.matters.kinds import OPENER, Kind
from yigongti.kernel.presentation.focus import Focus
from yigongti.kernel.presentation.numbers import row_number

ORDERS = ("due_on", "-id", "-amount", "id")
MOST_AMOUNT = Decimal(10) ** 14
_NUMBER = re.compile(r"(?:[0-9]{4}-)?0*([0-9]{1,15})")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of an address, as they were typed; what cannot be a filter is empty."""

    words: str = ""
    kind: str = ""
    state: str = ""
    institution: str = ""
    month: str = ""
    late: bool = False
    amount: str = ""
    order: str = "due_on"

    @classmethod
    def of(cls, asked: QueryDict) -> Wanted:
        """Read them; kind is "kind" or "kind~state"."""
        kind, _sign, state = asked.get("kind", "").partition("~")
        known = registry.kinds().get(kind)
        amount = asked.get("amount", "").strip()
        order = asked.get("sort", "")
        return cls(
            words=asked.get("q", "").replace("\x00", "").strip()[:100],
            kind=kind if known else "",
            state=state if known and state in {each.id for each in known.states} else "",
            institution=asked.get("about", "")[:22],
            month=asked.get("of_month", "") if _MONTH.fullmatch(asked.get("of_month", "")) else "",
            late=asked.get("late") == "1",
            amount=amount if _amount(amount) is not None else "",
            order=order if order in ORDERS else "due_on",
        )

    @property
    def is_any(self) -> bool:
        """Whether anything is left out."""
        return bool(self.words or self.kind or self.institution or self.month or self.late or self.amount)

    @property
    def chosen(self) -> str:
        """The value of the choice of kinds."""
        return f"{self.kind}~{self.state}" if self.state else self.kind

    def conditions(self, today: date, focus: Focus) -> list[Q]:
        """What every row must fulfil."""
        found = []
        if self.kind:
            found.append(Q(kind=self.kind))
        if self.state:
            found.append(Q(state=self.state))
        if self.month:
            found.append(Q(month=self.month))
        if self.late:
            found.append(Q(due_on__lt=today))
        if self.amount:
            found.append(Q(amount__gte=_amount(self.amount)))
        if self.institution:
            known = next((i.pk for i in focus.institutions if i.code == self.institution), 0)
            found.append(Q(institution_id=known))
        if self.words:
            found.append(self._words())
        return found

    def _words(self) -> Q:
        named = _NUMBER.fullmatch(self.words)
        if named:
            return Q(pk=row_number(named[1])) | Q(subject__endswith=self.words)
        return Q(title_zh__icontains=self.words) | Q(title_en__icontains=self.words) | Q(subject__icontains=self.words)


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < MOST_AMOUNT else None


def kinds_of(actor: Actor) -> list[Kind]:
    """The kinds of which something may come into the actor's hands: with a state at a desk of the posts, or at whoever
    opened it, or read by a post."""
    own = actor.permissions & desks()

    def may_come(kind: Kind) -> bool:
        return kind.see in actor.permissions or any(
            state.desk and (state.desk.permission in own or state.desk.at == OPENER) for state in kind.states
        )

    return [kind for kind in registry.kinds().values() if may_come(kind)]


def choices_of(actor: Actor, language: str) -> list[tuple[Kind, list[tuple[str, Any]]]]:
    """For the choice of kinds: each with its open states as ("kind~state", label)."""
    return [
        (kind, [(f"{kind.id}~{state.id}", state.label) for state in kind.states if not state.final])
        for kind in kinds_of(actor)
    ]
