"""Run a rehearsal in the background, keep what it found beside the files it was made of, or stop it."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from yigongti.facts.public import Lake
from yigongti.foundation.errors import Conflict, InvalidInput, YigongtiError
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy_layers
from yigongti.kernel.access.scope import scope
from yigongti.kernel.jobs.progress import Progress, Step
from yigongti.kernel.jobs.public import Job, start
from yigongti.kernel.trail.public import record
from yigongti.processes.rehearsal.actions.edit_files import files_of_rehearsal
from yigongti.processes.rehearsal.jobs import RUN
from yigongti.processes.rehearsal.models import Rehearsal
from yigongti.processes.rehearsal.rehearse import Question, Result, rehearse
from yigongti.processes.rehearsal.replayers import REPLAYERS
from yigongti.processes.rehearsal.replaying import touched
from yigongti.processes.rehearsal.storing import keep

PERMISSION = "rehearsal.run"
State = Rehearsal.State


class Stopped(Conflict):
    """Somebody stopped the rehearsal, or began it anew, while it ran."""

    def __init__(self) -> None:
        super().__init__("rehearsal.stopped", zh="推演已取消", en="the rehearsal was stopped")


def ask_for_run(actor: Actor, rehearsal: Rehearsal, *, at: datetime) -> Job:
    """Start it. Raises NotPermitted, InvalidInput without files, Conflict while it is under way or was sent on."""
    actor.require(PERMISSION, rehearsal.office_id)
    for part in touched(REPLAYERS, rehearsal.files.values_list("path", flat=True)):
        actor.require(part.permission, rehearsal.office_id)  # a rehearsal shows nobody a part that she may not see
    locked = Rehearsal.objects.select_for_update(of=("self",)).get(pk=rehearsal.pk)
    if locked.state not in {State.DRAFT, State.DONE, State.FAILED}:
        raise Conflict("rehearsal.not_editable", zh="正在推演或已送复核", en="it is under way or was sent on")
    if not locked.files.exists():
        raise InvalidInput("rehearsal.no_files", zh="请先写入要调整的内容", en="change something first")
    job = start(RUN, actor, institution_id=locked.office_id, arguments={"rehearsal": locked.pk}, at=at)
    Rehearsal.objects.filter(pk=locked.pk).update(state=State.RUNNING, job_id=job.pk, error={})
    record(actor, PERMISSION, subject=f"rehearsal {locked.pk} started", at=at, institution_id=locked.office_id)
    return job


def stop(actor: Actor, rehearsal: Rehearsal, *, at: datetime) -> None:
    """Stop a rehearsal that runs: its work ends at its next step and keeps nothing. Raises NotPermitted, Conflict."""
    actor.require(PERMISSION, rehearsal.office_id)
    stopped = Rehearsal.objects.filter(pk=rehearsal.pk, state=State.RUNNING).update(state=State.DRAFT, job_id=0)
    if not stopped:
        raise Conflict("rehearsal.not_running", zh="没有正在进行的推演", en="it is not under way")
    record(actor, PERMISSION, subject=f"rehearsal {rehearsal.pk} stopped", at=at, institution_id=rehearsal.office_id)


def run_rehearsal(
    actor: Actor, rehearsal_id: int, *, lake: Lake, base: Policy, progress: Progress, at: datetime
) -> Result:
    """Compute and keep it. What was found is kept only if nobody stopped it or edited its files meanwhile; an error of
    ours is kept in words. Raises what `rehearse` raises, and Stopped."""
    with scope(actor, purpose="job"):
        found = Rehearsal.objects.get(pk=rehearsal_id)
        actor.require(PERMISSION, found.office_id)
        files, job = files_of_rehearsal(found), found.job_id
    question = Question(files, found.effective_on, Month.parse(found.first_month), Month.parse(found.last_month))
    began = time.monotonic()
    watched = _Watched(progress, actor, rehearsal_id, job)
    try:
        watched.require_wanted()
        result = rehearse(question, layers=policy_layers(), lake=lake, progress=watched, base=base, asker=actor)
    except Stopped:
        raise
    except YigongtiError as error:
        told = {"code": error.code, "zh": error.in_language("zh-hans"), "en": error.in_language("en")}
        with scope(actor, purpose="job"):
            _mine(rehearsal_id, job).update(state=State.FAILED, error=told)
        raise
    except Exception:
        with scope(actor, purpose="job"):
            _mine(rehearsal_id, job).update(state=State.FAILED)
        raise
    with scope(actor, purpose="job"):
        if not _mine(rehearsal_id, job).select_for_update().exists():
            raise Stopped
        keep(found, result, actor, seconds=time.monotonic() - began, at=at)
    return result


def _mine(rehearsal_id: int, job: int) -> Any:
    return Rehearsal.objects.filter(pk=rehearsal_id, state=State.RUNNING, job_id=job)


class _Watched(Progress):
    """Hands the steps on to the job's own progress, and asks at each new step whether it is still wanted."""

    def __init__(self, inner: Progress, actor: Actor, rehearsal_id: int, job: int) -> None:
        super().__init__()
        self.inner, self.actor, self.rehearsal_id, self.job = inner, actor, rehearsal_id, job
        inner.steps = self.steps

    def require_wanted(self) -> None:
        with scope(self.actor, purpose="job"):
            if not _mine(self.rehearsal_id, self.job).exists():
                raise Stopped

    def tell(self, step: Step) -> None:
        self.inner.tell(step)
        if step.state == "running" and step.done == 0 and len(self.steps) > 1:
            self.require_wanted()
