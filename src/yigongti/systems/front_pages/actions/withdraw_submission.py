"""Take back a file that was checked but not committed; what is in force stays in force."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yigongti.foundation.errors import Conflict
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.trail.public import record
from yigongti.systems.front_pages.models import Submission

PERMISSION = "front_pages.submit"
_WITHDRAWABLE = (
    Submission.State.CHECKING, Submission.State.READY, Submission.State.WRONG, Submission.State.UNREADABLE,
)  # fmt: skip


@transaction.atomic
def withdraw_submission(actor: Actor, submission: Submission, *, at: datetime) -> Submission:
    """The row stays with its history. Raises NotPermitted; Conflict for a file that has been committed."""
    actor.require(PERMISSION, submission.institution_id)
    if submission.state not in _WITHDRAWABLE:
        raise Conflict(
            "front_pages.not_withdrawable",
            zh="该文件已提交或已撤回；要更正已提交的数据，请重新上传整份文件替换",
            en="this file has been committed or withdrawn; to correct what is in force, submit the whole file again",
        )
    submission.state = Submission.State.WITHDRAWN
    submission.save(update_fields=["state"])
    record(
        actor, "front_pages.withdrawn", at=at, institution_id=submission.institution_id,
        subject=f"{submission.kind} {submission.month} {submission.file_name}",
    )  # fmt: skip
    return submission
