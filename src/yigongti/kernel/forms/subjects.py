"""Whom an accepted answer is told to: the systems whose subjects the checklists are about.

    # systems/supervision/apps.py
    def ready(self) -> None:
        register_subject("supervision.Inspection", inspection_answered)

The function is called in the transaction that accepts the answer, in the scope of whoever answered: what it raises
takes the answer back too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.forms.findings import FormFinding


@dataclass(frozen=True, slots=True)
class Accepted:
    """An answer that counts from now on. replaces: the answer that counted before, when a conflict was decided."""

    subject: str
    assignment_id: int
    institution_id: int
    form_id: str
    form_version: str
    answer_id: int
    response: Mapping[str, Any]
    score: Decimal | None
    findings: tuple[FormFinding, ...]
    account_id: int
    finished_at: datetime | None
    received_at: datetime
    position: str
    replaces: int | None = None


OnAnswer = Callable[[Actor, Accepted, datetime], None]
_told: dict[str, OnAnswer] = {}


def register_subject(prefix: str, on_answer: OnAnswer) -> None:
    """on_answer(actor, accepted, at) for subjects "<prefix>/…". Called once, when the application is ready."""
    _told[prefix] = on_answer


def tell(actor: Actor, accepted: Accepted, at: datetime) -> None:
    """Tell the system of the subject; nobody, when none is registered for it."""
    on_answer = _told.get(accepted.subject.partition("/")[0])
    if on_answer:
        on_answer(actor, accepted, at)
