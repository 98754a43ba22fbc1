"""The pages of the monthly close: is the month closed, from what, how long did each step take; the button."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.jobs.models import Job
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.navigation import Entry
from yigongti.processes.monthly_close.actions.start_close import start_close
from yigongti.processes.monthly_close.jobs import KIND
from yigongti.processes.monthly_close.models import CloseRun

NAVIGATION = [Entry("records", _("Monthly close"), "monthly_close:month", "monthly_close.see", order=40)]
SHOWN_RUNS = 20


@permitted("monthly_close.see")
def month(request: HttpRequest) -> HttpResponse:
    """The runs of the month in focus, the latest first, each with its steps; the running job with its progress."""
    focus = focus_of(request)
    runs = CloseRun.objects.filter(month=str(focus.month)).prefetch_related("steps")
    open_states = [Job.State.WAITING, Job.State.RUNNING]
    job = Job.objects.filter(kind=KIND, arguments={"month": str(focus.month)}, state__in=open_states).first()
    context = {
        "focus": focus,
        "latest": runs.filter(state=CloseRun.State.DONE).first(),
        "runs": runs[:SHOWN_RUNS],
        "earlier": max(runs.count() - SHOWN_RUNS, 0),
        "job": job,
        "may_run": request.actor.may("monthly_close.run"),  # type: ignore[attr-defined]
    }
    return render(request, "monthly_close/month.html", context)


@require_POST
@permitted("monthly_close.run")
def run(request: HttpRequest) -> HttpResponse:
    """The button."""
    focus = focus_of(request)
    start_close(request.actor, focus.month, at=timezone.now())  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("monthly_close:month") + f"?{focus.query}")


urlpatterns = [
    path("", month, name="month"),
    path("run", run, name="run"),
]
