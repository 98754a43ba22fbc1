"""Running a close: one at a time for a month, resumed where it stopped, measured, recorded.

The process records itself through the bulk role: steps are visible to pages while they run.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connections

from yigongti.facts.public import Lake, connect, plain_sql, take_snapshot
from yigongti.foundation.errors import Conflict, InvalidInput, Text, YigongtiError
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.jobs.progress import Progress
from yigongti.processes.monthly_close.models import CloseRun, CloseStep
from yigongti.processes.monthly_close.steps import STEPS, MonthOfWork, Step
from yigongti.processes.settled_bills.public import bring_counter

USING = "bulk"
_LOCK_CLASS = 20261  # names this process's advisory locks; the second number is the month

_KEPT = Text("沿用上次的结果", "kept from an earlier run")


@dataclass(frozen=True, slots=True)
class CloseRequest:
    """What is asked for. again: run every step even if its result is there, and compare the digests."""

    month: Month
    requested_by: str
    again: bool = False


def close_month(
    request: CloseRequest,
    *,
    lake: Lake,
    policy: Policy,
    now: Callable[[], datetime],
    progress: Progress,
    memory_limit: str = "2GB",
    threads: int = 2,
) -> CloseRun:
    """Close the month and answer its record.

    Raises Conflict when a close of this month is under way, InvalidInput when nothing was submitted for it, and
    whatever a step raises (the run is then recorded as failed, with the sentence).
    """
    with _alone(request.month):
        bring_counter(request.month, lake, now())
        snapshot = take_snapshot(lake, [request.month])
        if not lake.files("discharges", snapshot.versions["discharges"], [request.month]):
            raise InvalidInput(
                "close.nothing_submitted",
                zh=f"{request.month} 还没有任何机构上报病案首页，无法月结",
                en=f"no institution has submitted front pages for {request.month}; there is nothing to close",
            )
        run = _begin(request, snapshot.digest, snapshot.versions, policy.release.digest, now())
        work = MonthOfWork(
            month=request.month,
            lake=lake,
            snapshot=snapshot,
            policy=policy,
            at=run.started_at,
            connection=connect(lake, snapshot, memory_limit=memory_limit, threads=threads),
        )
        try:
            with closing(work.connection.con), plain_sql():
                _run_steps(run, work, request.again, progress)
        except BaseException as error:
            _finish(run, CloseRun.State.FAILED, now(), error)
            raise
        _finish(run, CloseRun.State.DONE, now())
        return run


@contextmanager
def _alone(month: Month) -> Iterator[None]:
    """Hold the month's advisory lock for as long as this process lives and works."""
    number = month.year * 12 + month.number
    with connections[USING].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK_CLASS, number])
        if not cursor.fetchone()[0]:
            raise Conflict(
                "close.under_way",
                zh=f"{month} 的月结正在进行，请等它结束",
                en=f"a close of {month} is under way; wait until it ends",
            )
    try:
        yield
    finally:
        with connections[USING].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK_CLASS, number])


def _begin(request: CloseRequest, snapshot: str, versions: dict[str, int], release: str, at: datetime) -> CloseRun:
    # we hold the lock: whoever is still recorded as running died
    CloseRun.objects.using(USING).filter(month=str(request.month), state=CloseRun.State.RUNNING).update(
        state=CloseRun.State.INTERRUPTED, finished_at=at
    )
    run = CloseRun.objects.using(USING).create(
        month=str(request.month),
        snapshot=snapshot,
        snapshot_versions=versions,
        release=release,
        requested_by=request.requested_by,
        started_at=at,
    )
    CloseStep.objects.using(USING).bulk_create(
        [CloseStep(run=run, position=place, name=step.name) for place, step in enumerate(STEPS, start=1)]
    )
    return run


def _run_steps(run: CloseRun, work: MonthOfWork, again: bool, progress: Progress) -> None:
    for step, record in zip(STEPS, run.steps.using(USING).order_by("position"), strict=True):
        record.key = step.key(work)
        earlier = _earlier(run, record)
        with progress.step(step.label) as told:
            if earlier and not again and _still_there(work.lake, earlier.digests):
                record.state, record.digests, record.rows = CloseStep.State.KEPT, earlier.digests, earlier.rows
                record.save(using=USING)
                told.note(_KEPT)
            else:
                record.state = CloseStep.State.RUNNING
                record.save(using=USING)
                _run_step(step, record, work, earlier)
            told.done = record.rows


def _run_step(step: Step, record: CloseStep, work: MonthOfWork, earlier: CloseStep | None) -> None:
    started = time.perf_counter()
    record.state = CloseStep.State.FAILED
    try:
        outcome = step.run(work)
        record.rows, record.digests = outcome.rows, outcome.digests
        if earlier and earlier.digests and earlier.digests != outcome.digests:
            raise _not_repeatable(step, work.month)
        record.state = CloseStep.State.DONE
    finally:
        record.seconds = round(time.perf_counter() - started, 3)
        record.save(using=USING)


def _earlier(run: CloseRun, record: CloseStep) -> CloseStep | None:
    """The latest finished step of this name that was computed from the same; None for steps that leave nothing."""
    if not record.key:
        return None
    finished = [CloseStep.State.DONE, CloseStep.State.KEPT]
    return (
        CloseStep.objects.using(USING)
        .filter(run__month=run.month, name=record.name, key=record.key, state__in=finished, run_id__lt=run.pk)
        .order_by("-run_id")
        .first()
    )


def _still_there(lake: Lake, digests: dict[str, str]) -> bool:
    """Whether every result file of an earlier run is there with the bytes it had."""
    for name, digest in digests.items():
        path = lake.root / name
        if not path.is_file():
            return False
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                return False
    return bool(digests)


def _not_repeatable(step: Step, month: Month) -> Conflict:
    return Conflict(
        "close.not_repeatable",
        zh=f"{month} 重算“{step.label.zh}”的结果与上次不一致：同样的数据和政策应当得到同样的字节，请联系维护人员",
        en=f"running “{step.label.en}” of {month} again gave other bytes than before; report this, it must not happen",
    )


def _finish(run: CloseRun, state: str, at: datetime, error: BaseException | None = None) -> None:
    run.state, run.finished_at = state, at
    if isinstance(error, YigongtiError):
        run.said_zh, run.said_en = error.in_language("zh"), error.in_language("en")
    elif error is not None:
        run.said_zh = "月结因程序错误中断，此前的结果不受影响；请把时间告诉维护人员后重试"
        run.said_en = (
            "the close stopped by a program error; earlier results are untouched; report the time and try again"
        )
    run.save(using=USING)
