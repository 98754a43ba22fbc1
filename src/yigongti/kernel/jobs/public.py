"""Background work: declared by a system, started by an action, run by the worker, watched on a page.

    # systems/front_pages/jobs.py  (found by its name)
    @job("front_pages.check", Text("病案质量检查", "Record quality"))
    def check(progress: Progress, actor: Actor, *, month: str) -> dict: ...

    # an action, inside its request's scope
    job = start("front_pages.check", actor, institution_id=7, arguments={"month": "2026-10"}, at=now)

The function runs without an open transaction; it opens `scope(actor, purpose="job")` for what it reads as the actor, or
publishes with the connection "bulk". It must be able to run again from the start: a killed worker's job is run anew.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from yigongti.foundation.errors import Conflict, Text, YigongtiError
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.queries import actor_by_username
from yigongti.kernel.jobs.models import Job
from yigongti.kernel.jobs.progress import JobProgress, Progress

__all__ = ["KINDS", "Job", "Kind", "Progress", "job", "run", "start"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work: its name, what it is called, what does it."""

    name: str
    title: Text
    function: Callable[..., dict[str, Any]]


KINDS: dict[str, Kind] = {}


def job(name: str, title: Text) -> Callable[[Callable[..., dict[str, Any]]], Callable[..., dict[str, Any]]]:
    """Declares a function (progress, actor, **arguments) → JSON-able result as a kind of job."""

    def declare(function: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        KINDS[name] = Kind(name, title, function)
        return function

    return declare


def start(kind: str, actor: Actor, *, institution_id: int, arguments: dict[str, Any], at: datetime) -> Job:
    """Put the work into the queue, in the caller's transaction: if that is taken back, nothing was started.

    Raises Conflict when the same work with the same arguments is already waiting or running.
    """
    from yigongti.kernel.jobs.tasks import run_job

    KINDS[kind]
    open_states = [Job.State.WAITING, Job.State.RUNNING]
    same = Job.objects.filter(kind=kind, institution_id=institution_id, arguments=arguments, state__in=open_states)
    if same.exists():
        raise Conflict(
            "jobs.already_under_way",
            zh="同样的任务正在进行，请等它结束",
            en="the same work is already under way; wait for it to end",
        )
    made = Job.objects.create(
        kind=kind,
        institution_id=institution_id,
        account_id=actor.account_id,
        username=actor.username,
        arguments=arguments,
        created_at=at,
    )
    run_job.configure(lock=f"{kind}:{institution_id}").defer(job_id=made.pk)
    return made


def run(job_id: int) -> None:
    """Run a job now, in this process, and keep how it ended; an error of ours is kept in words."""
    rows = Job.objects.using("bulk").filter(pk=job_id)
    found = rows.get()
    if found.is_over:
        return
    rows.update(state=Job.State.RUNNING, started_at=timezone.now(), steps=[], error={})
    try:
        actor = actor_by_username(found.username, timezone.localdate())
        if actor is None or actor.account_id != found.account_id:
            raise Conflict("jobs.account_closed", zh="发起任务的账号已停用", en="the account that started it is closed")
        result = KINDS[found.kind].function(JobProgress(job_id), actor, **found.arguments)
    except YigongtiError as error:
        told = {"code": error.code, "zh": error.in_language("zh-hans"), "en": error.in_language("en")}
        rows.update(state=Job.State.FAILED, ended_at=timezone.now(), error=told)
    except Exception:
        log.exception("job %s failed", job_id)
        told = {
            "code": f"jobs.{job_id}",
            "zh": f"任务出错，请把编号 {job_id} 告知技术支持",
            "en": f"the job failed; give the number {job_id} to support",
        }
        rows.update(state=Job.State.FAILED, ended_at=timezone.now(), error=told)
    else:
        rows.update(state=Job.State.DONE, ended_at=timezone.now(), result=result or {})
