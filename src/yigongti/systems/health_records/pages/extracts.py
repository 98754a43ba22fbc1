"""Extracts for statistics: choose coarse columns, say what for, download counts without small cells."""

from __future__ import annotations

import csv
import io

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from yigongti.foundation.errors import NotFound, YigongtiError
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.jobs.models import Job
from yigongti.kernel.people.limits import limit
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.trail.public import record
from yigongti.systems.health_records import queries
from yigongti.systems.health_records.actions.take_extract import EXTRACT, PERMISSION, take_extract
from yigongti.systems.health_records.extracting import COLUMNS
from yigongti.systems.health_records.pages.registering import institution_in_focus

SHOWN = 30


@permitted(PERMISSION)
def extracts(request: HttpRequest) -> HttpResponse:
    """The form, and the newest extracts; sent, one more is made in the background."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    focus = focus_of(request)
    now = timezone.now()
    problem: YigongtiError | None = None
    chosen = request.POST.getlist("columns")
    if request.method == "POST":
        try:
            made = take_extract(
                actor, institution_in_focus(request), chosen, purpose=request.POST.get("purpose", ""), at=now
            )
            return HttpResponseRedirect(f"{reverse('health_records:extracts')}?{focus.query}&open={made.pk}")
        except YigongtiError as error:
            problem = error
    jobs = queries.jobs_of((EXTRACT,), focus.institution_ids, newest=8)
    context = {
        "columns": [(name, label, name in chosen) for name, label in COLUMNS.items()],
        "purpose": request.POST.get("purpose", ""),
        "problem": problem,
        "smallest": limit("records.smallest_cell", timezone.localdate(now)),
        "jobs": [(job, _beginning(job)) for job in jobs],
        "running": any(not job.is_over for job in jobs),
    }
    return render(request, "health_records/extracts.html", context, status=400 if problem else 200)


def _beginning(job: Job) -> dict[str, object]:
    result = job.result or {}
    return {
        "columns": [COLUMNS.get(name, name) for name in result.get("columns", ())],
        "cells": result.get("cells", ())[:SHOWN],
        "count": len(result.get("cells", ())),
        "left_out": result.get("left_out", 0),
        "hidden": result.get("hidden", 0),
        "smallest": result.get("smallest", 0),
        "purpose": job.arguments.get("purpose", ""),
    }


@permitted(PERMISSION)
def download(request: HttpRequest, job_id: int) -> HttpResponse:
    """The extract as CSV; the download itself is written into the trail."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    job = Job.objects.filter(pk=job_id, kind=EXTRACT, state=Job.State.DONE).first()
    if job is None:
        raise NotFound(
            "health_records.no_extract",
            zh="没有这份提取，或尚未完成",
            en="there is no such extract, or it is not ready",
        )
    record(
        actor, PERMISSION, subject=f"extract {job.pk}", at=timezone.now(), institution_id=job.institution_id,
        detail={"downloaded": True},
    )  # fmt: skip
    out = io.StringIO()
    writer = csv.writer(out)
    result = job.result
    writer.writerow([*(str(COLUMNS.get(name, name)) for name in result["columns"]), "n"])
    writer.writerows(result["cells"])
    writer.writerow([f"# {result['left_out']} cells < {result['smallest']} left out"])
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="extract-{job.pk}.csv"'
    return answer
