"""A line is added to a matter's history: the one place that numbers steps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.attachments.public import open_attachment
from yigongti.kernel.matters.models import Matter, Step, StepAttachment


def next_step(matter: Matter, actor: Actor, action: str, at: datetime, **fields: Any) -> Step:
    """The next line, not saved. The matter must be locked: its last_step is the number that was given last."""
    matter.last_step += 1
    matter.changed_at = max(matter.changed_at, at)
    return Step(
        matter=matter,
        number=matter.last_step,
        action=action,
        by_id=0 if actor is NOBODY else actor.account_id,
        by_name=actor.display_name,
        at=at,
        **fields,
    )


def keep(step: Step, actor: Actor, attachments: Iterable[int] = ()) -> Step:
    """Write the line, with what was handed in. Raises NotFound for an attachment that the actor may not open."""
    attachments = tuple(dict.fromkeys(attachments))
    if attachments:
        with scope(actor):  # the matter may be opened in the product's own scope, which sees no attachment
            for attachment_id in attachments:
                open_attachment(actor, attachment_id)
    step.save(force_insert=True)
    StepAttachment.objects.bulk_create(StepAttachment(step=step, attachment_id=each) for each in attachments)
    return step
