"""Background jobs: what runs, how far it is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.jobs.models import Job
from yigongti.kernel.jobs.public import KINDS
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.navigation import Entry
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.kernel.presentation.tables.column import Row

NAVIGATION = [Entry("settings", _("Background jobs"), "jobs:list", "jobs.see", order=80)]


def _title(row: Row) -> object:
    return KINDS[row["kind"]].title if row["kind"] in KINDS else row["kind"]


def _job(job_id: int) -> Job:
    found = Job.objects.filter(pk=job_id).first()
    if found is None:
        raise NotFound(
            "jobs.not_found", zh="没有这个任务，或您无权查看", en="there is no such job, or it is not yours to see"
        )
    return found


@permitted("jobs.see")
def jobs(request: HttpRequest) -> HttpResponse:
    """The jobs of the institution in focus, newest first."""
    table = Table(
        "jobs",
        [
            Column("id", _("Number"), kind="count", link=lambda row: f"/jobs/{row['id']}"),
            Column("kind", _("Work"), value=_title),
            Column("username", _("Started by")),
            Column("state", _("State"), value=lambda row: Job.State(row["state"]).label),
            Column("created_at", _("Started"), kind="instant"),
            Column("ended_at", _("Ended"), kind="instant"),
        ],
        key="id",
        order="-id",
    )
    rows = Job.objects.filter(institution_id__in=focus_of(request).institution_ids)
    return table.respond(request, rows, "jobs/list.html", {})


@permitted("jobs.see")
def one(request: HttpRequest, job_id: int) -> HttpResponse:
    """One job with its steps."""
    return render(request, "jobs/one.html", {"job": _job(job_id)})


@permitted("jobs.see")
def progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """The steps alone, asked for again every second until the job is over."""
    found = _job(job_id)
    answer = render(request, "jobs/progress.html", {"job": found})
    if found.is_over and request.GET.get("was") == "open":
        answer.headers["HX-Trigger"] = "job-over"
    return answer


urlpatterns = [
    path("", jobs, name="list"),
    path("<int:job_id>", one, name="one"),
    path("<int:job_id>/progress", progress, name="progress"),
]
