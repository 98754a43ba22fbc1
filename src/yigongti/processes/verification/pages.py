"""The page of verification: does everything hold, in one sentence; then each check, its institutions and its places."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.jobs.models import Job
from yigongti.kernel.matters.models import Matter
from yigongti.kernel.presentation import figures
from yigongti.kernel.presentation.focus import Focus, focus_of
from yigongti.kernel.presentation.navigation import Entry
from yigongti.processes.verification.actions.start_verification import start_verification
from yigongti.processes.verification.checks import BY_ID
from yigongti.processes.verification.jobs import KIND
from yigongti.processes.verification.matters import BOOKS_DIFFER, RUN, SEE
from yigongti.processes.verification.models import VerificationResult, VerificationRun

NAVIGATION = [
    Entry("fund", gettext_lazy("Books and bills agree"), "verification:overview", SEE, order=80, system="S04")
]
SHOWN_RUNS = 12
_State = VerificationResult.State


@permitted(SEE)
def overview(request: HttpRequest) -> HttpResponse:
    """The latest run of the month in focus; ?check=… opens one check with its institutions and places."""
    focus = focus_of(request)
    runs = VerificationRun.objects.filter(month=str(focus.month))
    latest = runs.first()
    results = list(latest.results.filter(whole=True)) if latest else []
    opened = request.GET.get("check", "")
    job = Job.objects.filter(
        kind=KIND, arguments={"month": str(focus.month)}, state__in=[Job.State.WAITING, Job.State.RUNNING]
    ).first()
    context = {
        "focus": focus,
        "latest": latest,
        "sentence": sentence(focus, latest),
        "results": [(result, BY_ID.get(result.check_id)) for result in results],
        "job": job,
        "runs": runs[:SHOWN_RUNS],
        "may_run": request.actor.may(RUN),  # type: ignore[attr-defined]
        **(_opened(latest, opened) if latest and opened in BY_ID else {}),
    }
    return render(request, "verification/overview.html", context)


def _opened(run: VerificationRun, check_id: str) -> dict[str, Any]:
    """One check: its institutions, those that differ first, and what its open matters say."""
    rows = run.results.filter(check_id=check_id, whole=False).select_related("institution")
    whole = run.results.filter(check_id=check_id, whole=True).first()
    matters = Matter.objects.filter(
        kind=BOOKS_DIFFER, month=run.month, subject__startswith=f"{run.month}/{check_id}/", closed_at__isnull=True
    )
    return {
        "check": BY_ID[check_id],
        "lines": sorted(rows, key=lambda row: (row.state != _State.DIFFERS, row.institution_id)),
        "whole": whole,
        "matters": list(matters.order_by("id")),
    }


def sentence(focus: Focus, run: VerificationRun | None) -> str:
    """What the latest run says, in words."""
    month = focus.month.in_language(get_language() or "zh-hans")
    if run is None:
        return _("%(month)s has not been verified yet.") % {"month": month}
    if not run.compared:
        return _("%(month)s: there is nothing to compare yet.") % {"month": month}
    if not run.differing:
        return ngettext(
            "%(month)s: the %(count)s check that could be made holds.",
            "%(month)s: all %(count)s checks that could be made hold.",
            run.compared,
        ) % {"month": month, "count": run.compared}
    return ngettext(
        "%(month)s: %(count)s of %(all)s checks does not hold; %(amount)s yuan differ.",
        "%(month)s: %(count)s of %(all)s checks do not hold; %(amount)s yuan differ.",
        run.differing,
    ) % {"month": month, "count": run.differing, "all": run.compared, "amount": _yuan(run.difference)}


def _yuan(amount: Decimal) -> str:
    return figures.rounded(amount, 2)


@require_POST
@permitted(RUN)
def run(request: HttpRequest) -> HttpResponse:
    """The button."""
    focus = focus_of(request)
    start_verification(request.actor, focus.month, at=timezone.now())  # type: ignore[attr-defined]
    return HttpResponseRedirect(f"{reverse('verification:overview')}?{focus.query}")


urlpatterns = [
    path("", overview, name="overview"),
    path("run", run, name="run"),
]
