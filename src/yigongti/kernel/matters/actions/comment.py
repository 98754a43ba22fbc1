"""Somebody says something about a matter without moving it: kept for good, with what is attached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yigongti.foundation.errors import InvalidInput, NotPermitted
from yigongti.kernel.access.actor import Actor, covers
from yigongti.kernel.matters.actions.requirements import after_last_step, the_matter_to_change
from yigongti.kernel.matters.history import keep, next_step
from yigongti.kernel.matters.models import Matter, Step
from yigongti.kernel.trail.public import record

COMMENT = "comment"
LONGEST = 4000


@transaction.atomic
def comment(
    actor: Actor, matter_id: int, words: str, *, at: datetime, attachments: Sequence[int] = (), internal: bool = False
) -> Step:
    """Add a comment. internal: for the office that owns the matter alone, and only its people write such.

    The matter does not move: its version stays, so that nobody who is about to act is stopped by a comment. Raises
    NotFound, NotPermitted (internal, from outside of the office) and InvalidInput (nothing said, or too much).
    """
    matter = the_matter_to_change(matter_id)
    if not words.strip() or len(words) > LONGEST:
        raise InvalidInput(
            "matters.comment_words",
            zh=f"请写明内容（不超过 {LONGEST} 字）",
            en=f"say something, in at most {LONGEST} characters",
        )
    if internal and not _of_the_office(actor, matter):
        raise NotPermitted(
            "matters.internal_from_outside",
            zh="只有主办单位的人员可以写内部留言",
            en="only people of the office that sees the matter through write internal comments",
        )
    at = after_last_step(matter, at)
    step = next_step(matter, actor, COMMENT, at, words=words.strip(), internal=internal)
    keep(step, actor, attachments)
    matter.save(update_fields=["last_step", "changed_at"])
    record(
        actor, "matters.comment", subject=f"{matter.kind} {matter.number}", at=at,
        institution_id=matter.institution_id, detail={"matter": matter.pk, "step": step.number},
    )  # fmt: skip
    return step


def _of_the_office(actor: Actor, matter: Matter) -> bool:
    return covers(actor.readable, matter.owner_id)
