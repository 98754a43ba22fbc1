"""Writing the trail. Every action that changes something records itself in its own transaction.

What changed in which row is kept by triggers (row_history.py); who looked at whose record is told by `viewed`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.trail.models import TrailEntry
from yigongti.kernel.trail.queries import views_of
from yigongti.kernel.trail.view_log import viewed, viewed_many
from yigongti.kernel.trail.view_words import told_what, told_why

__all__ = ["record", "told_what", "told_why", "viewed", "viewed_many", "views_of"]


def record(
    actor: Actor,
    verb: str,
    *,
    subject: str = "",
    at: datetime,
    institution_id: int | None = None,
    detail: dict[str, Any] | None = None,
    address: str | None = None,
    using: str = "default",
) -> None:
    """Add one line: who (actor), did what (verb), to what (subject), when (at, aware), with what (detail, JSON).

    Call it inside the scope and the transaction of the act itself: an act that is taken back leaves no line.
    """
    TrailEntry.objects.using(using).bulk_create(
        [
            TrailEntry(
                happened_at=at,
                account_id=actor.account_id,
                username=actor.username,
                institution_id=institution_id,
                verb=verb,
                subject=subject[:200],
                detail=detail or {},
                address=address,
            )
        ]
    )
