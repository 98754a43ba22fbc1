"""Commit a checked file: it becomes the institution's version of that month, in the place of the earlier one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from yigongti.facts.public import Lake, Receipt, commit, load_dry_run
from yigongti.foundation.errors import Conflict
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.trail.public import record
from yigongti.systems.front_pages.models import Submission

PERMISSION = "front_pages.submit"


def commit_submission(submission: Submission, actor: Actor, *, lake: Lake, uploads: Path, at: datetime) -> Receipt:
    """Put the file's rows into the lake and give the receipt.

    The lake comes first: if recording it here fails, committing again finds the file in force and only records it.
    Raises NotPermitted, Conflict when the submission is not ready or another one landed meanwhile.
    """
    actor.require(PERMISSION, submission.institution_id)
    if submission.state != Submission.State.READY:
        raise Conflict(
            "front_pages.not_ready",
            zh="该文件不是“可提交”状态，请先重新检查",
            en="this file is not ready to be committed; check it again first",
        )
    run = load_dry_run(uploads / submission.folder / "checked")
    receipt = commit(lake, run, submission_id=submission.folder, submitted_by=actor.username, submitted_at=at)
    _record(submission, receipt, actor, at)
    return receipt


@transaction.atomic
def _record(submission: Submission, receipt: Receipt, actor: Actor, at: datetime) -> None:
    same = Submission.objects.filter(
        institution_id=submission.institution_id, kind=submission.kind, month=submission.month
    )
    same.filter(state=Submission.State.COMMITTED).update(state=Submission.State.REPLACED)
    submission.state = Submission.State.COMMITTED
    submission.version, submission.replaced_version = receipt.version, receipt.replaced_version
    submission.unchanged = receipt.unchanged
    submission.receipt_number = f"{submission.month.replace('-', '')}-{submission.pk:08d}"
    submission.committed_by, submission.committed_at = actor.username, at
    submission.save()
    record(
        actor,
        "front_pages.submitted",
        subject=f"{submission.kind} {submission.month} {submission.receipt_number}",
        at=at,
        institution_id=submission.institution_id,
        detail={"rows": receipt.rows, "amount": str(receipt.amount), "digest": receipt.digest,
                "version": receipt.version, "replaced": receipt.replaced_version},
    )  # fmt: skip
