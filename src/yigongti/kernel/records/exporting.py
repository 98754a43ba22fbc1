"""Bulk export: the records of everybody whom a system's institution cares for, as files of ndjson, for some hours.

The job runs in the scope of whoever asked for it, so that nothing is in the files which a search would not show. Every
resident whose record is written into a file is told of in the log of views.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import limit
from yigongti.kernel.jobs.public import Job
from yigongti.kernel.jobs.public import start as start_job
from yigongti.kernel.records.asking import allowed, read
from yigongti.kernel.records.definitions.public import SUPPORTED
from yigongti.kernel.records.entries import Allow
from yigongti.kernel.records.outcomes import Refused, not_supported

PERMISSION = "records.export"
KIND = "records.export"
_FORMATS = {"application/fhir+ndjson", "application/ndjson", "ndjson"}
_name = re.compile(r"[A-Za-z]{1,40}\.ndjson").fullmatch


def start(
    actor: Actor,
    query: Sequence[tuple[str, str]],
    *,
    institution_id: int,
    at: datetime,
    base: str,
    group: str = "",
    allow: Allow | None = None,
) -> int:
    """Put an export into the queue; the number of its job. group: only the members of that Group.

    Raises NotPermitted, Refused for a parameter that is not understood, Conflict while the same is under way.
    """
    actor.require(PERMISSION, institution_id)
    if group:
        read("Group", group, actor)
    types, since = _asked(query, allow)
    arguments = {"types": types, "since": since, "group": group, "request": _request(base, query, group)}
    remove_expired(at)
    return int(start_job(KIND, actor, institution_id=institution_id, arguments=arguments, at=at).pk)


def _asked(query: Sequence[tuple[str, str]], allow: Allow | None) -> tuple[list[str], str]:
    types = [name for name, kind in SUPPORTED.items() if kind.is_personal and allowed(allow, name)]
    since = ""
    for name, value in query:
        if name == "_type":
            wanted = [one for one in value.split(",") if one]
            if unknown := [one for one in wanted if one not in SUPPORTED]:
                raise not_supported(unknown[0])
            types = [one for one in types if one in wanted]
        elif name == "_since":
            try:
                moment = datetime.fromisoformat(value.replace(" ", "+"))
            except ValueError:
                raise _not_understood(name) from None
            if moment.tzinfo is None:
                raise _not_understood(name)
            since = moment.isoformat()
        elif name == "_outputFormat" and value in _FORMATS:
            continue
        elif name not in {"_format", "_pretty"}:
            raise _not_understood(name)
    return types, since


def _not_understood(name: str) -> Refused:
    return Refused(
        400,
        "value",
        zh=f"参数 {name[:40]} 不能识别",
        en=f"the parameter {name[:40]} is not understood",
        where=name[:40],
    )


def _request(base: str, query: Sequence[tuple[str, str]], group: str) -> str:
    path = f"Group/{group}/$export" if group else "Patient/$export"
    return f"{base}/{path}" + ("?" + "&".join(f"{name}={value}" for name, value in query) if query else "")


def job_of(actor: Actor, number: str, at: datetime) -> Job:
    """The export that the actor started. Raises Refused (404): there is none, it is another's, or it has expired."""
    digits = number.isascii() and number.isdigit() and len(number) < 18
    job = Job.objects.filter(pk=int(number), kind=KIND, account_id=actor.account_id).first() if digits else None
    if job is None or (job.ended_at and expires_at(job) <= at) or job.result.get("forgotten"):
        raise Refused(
            404, "not-found", zh="没有这个导出任务，或已过期", en="there is no such export, or it has expired"
        )
    return job


def expires_at(job: Job) -> datetime:
    """Until when the files of an export that is over are kept."""
    ended: datetime = job.ended_at or job.created_at
    return ended + timedelta(hours=limit("records.export_hours"))


def manifest(job: Job, address: str) -> dict[str, Any]:
    """The list of files, as the standard has it. address: of the job; a file lies below it."""
    return {
        "transactionTime": job.result["transaction_time"],
        "request": job.arguments["request"],
        "requiresAccessToken": True,
        "output": [
            {"type": name, "url": f"{address}/{name}.ndjson", "count": count}
            for name, count in job.result["counts"].items()
        ],
        "error": [],
    }


def folder_of(number: int) -> Path:
    """Where the files of an export are."""
    return Path(settings.DATA_FOLDER) / "exports" / str(number)


def file_of(job: Job, name: str) -> Path:
    """One file. Raises Refused (404)."""
    path = folder_of(job.pk) / name
    if not _name(name) or not path.is_file():
        raise Refused(404, "not-found", zh="没有这个文件", en="there is no such file")
    return path


def forget(job: Job) -> None:
    """Take the files away before they expire."""
    Job.objects.filter(pk=job.pk).update(result={**job.result, "forgotten": True})
    shutil.rmtree(folder_of(job.pk), ignore_errors=True)


def remove_expired(at: datetime) -> None:
    """Take away the files of exports that have expired."""
    folder = Path(settings.DATA_FOLDER) / "exports"
    for path in folder.iterdir() if folder.is_dir() else ():
        age = at - datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.get_current_timezone())
        if age > timedelta(hours=limit("records.export_hours") + 1):
            shutil.rmtree(path, ignore_errors=True)
