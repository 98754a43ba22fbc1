"""Background work of front pages: checking a large file, with its steps on the page."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from yigongti.facts.public import Lake
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy
from yigongti.kernel.access.scope import scope
from yigongti.kernel.jobs.public import Job, Progress, job, start
from yigongti.systems.front_pages.actions.check_submission import check_submission
from yigongti.systems.front_pages.models import Submission
from yigongti.systems.front_pages.queries import the_submission
from yigongti.systems.front_pages.same_day import same_day_matters

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


JUDGE = "front_pages.judge"


@job(JUDGE, Text("上报当天质控", "Judging what was submitted today"))
def judge(progress: Progress, actor: Actor, *, submission: int) -> dict[str, Any]:
    """Judge the institution's month as it stands and tell physicians of defects; again after a kill, from the start."""
    with scope(actor, purpose="job"):
        found = the_submission(actor, submission)
        month, institution = Month.parse(found.month), found.institution
    with progress.step(Text("质控并通知医师", "Judging and telling physicians")) as step:
        done = same_day_matters(month, institution, Lake(settings.LAKE_ROOT), policy(), at=timezone.now())
        step.done = done.opened
    return {"opened": done.opened, "renewed": done.renewed, "closed": done.closed}


def judge_today(submission: Submission, actor: Actor, *, at: datetime) -> Job:
    """Start the same day's check, in the transaction in which the file was put in force."""
    return start(JUDGE, actor, institution_id=submission.institution_id, arguments={"submission": submission.pk}, at=at)
