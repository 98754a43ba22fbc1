"""Background work of front pages: checking a large file, with its steps on the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from yigongti.facts.public import Lake
from yigongti.foundation.errors import Text
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.jobs.public import Job, Progress, job
from yigongti.systems.front_pages.actions.check_submission import check_submission
from yigongti.systems.front_pages.models import Submission
from yigongti.systems.front_pages.queries import the_submission

CHECK = "front_pages.check"


@job(CHECK, Text("检查上报文件", "Check of a submitted file"))
def check(progress: Progress, actor: Actor, *, submission: int) -> dict[str, Any]:
    """Check the file whole; run again after a kill, it begins from the start."""
    with scope(actor, purpose="job"):
        found = the_submission(actor, submission)
        if found.state != Submission.State.CHECKING:  # an earlier run got there, or the file was withdrawn
            return {"state": found.state}
        with progress.step(Text("读取并逐行检查", "Reading and checking every row")) as step:
            checked = check_submission(
                found, actor, lake=Lake(settings.LAKE_ROOT), uploads=Path(settings.UPLOAD_FOLDER), at=timezone.now()
            )
            step.at(checked.rows)
            step.note(_said(checked))
    return {"state": checked.state, "rows": checked.rows, "errors": checked.errors}


def _said(checked: Submission) -> Text:
    if checked.state == Submission.State.UNREADABLE:
        return checked.said
    return Text(f"{checked.rows:,} 行，{checked.errors:,} 处错误", f"{checked.rows:,} rows, {checked.errors:,} errors")


def job_of(submission: Submission) -> Job | None:
    """The latest check of the submission in the background; None where it was checked at once."""
    return Job.objects.filter(
        kind=CHECK, institution_id=submission.institution_id, arguments={"submission": submission.pk}
    ).first()
