"""What is done with a rehearsal from its page: run, stop, send, sign, return, publish, withdraw."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yigongti.foundation.errors import NotFound, YigongtiError
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.matters.public import Given, act
from yigongti.processes.rehearsal import queries
from yigongti.processes.rehearsal.actions.run_rehearsal import ask_for_run, stop
from yigongti.processes.rehearsal.actions.withdraw_publication import withdraw_publication
from yigongti.processes.rehearsal.matters import CHANGE
from yigongti.processes.rehearsal.pages.one import shown


@require_POST
@permitted("rehearsal.run")
def run(request: HttpRequest, number: int) -> HttpResponse:
    """Start it in the background."""
    found = queries.the_rehearsal(request.actor, number)  # type: ignore[attr-defined]
    try:
        ask_for_run(request.actor, found, at=timezone.now())  # type: ignore[attr-defined]
    except YigongtiError as error:
        return shown(request, number, error)
    return _back(number)


@require_POST
@permitted("rehearsal.run")
def stop_run(request: HttpRequest, number: int) -> HttpResponse:
    """Stop it."""
    found = queries.the_rehearsal(request.actor, number)  # type: ignore[attr-defined]
    try:
        stop(request.actor, found, at=timezone.now())  # type: ignore[attr-defined]
    except YigongtiError as error:
        return shown(request, number, error)
    return _back(number)


@require_POST
@permitted("rehearsal.run")
def take(request: HttpRequest, number: int, step: str) -> HttpResponse:
    """Take a step of its matter. The digest that the page showed comes back with a signature."""
    found = queries.the_rehearsal(request.actor, number)  # type: ignore[attr-defined]
    if step not in {transition.id for transition in CHANGE.transitions}:
        raise NotFound("matters.step_unknown", zh="没有这样的办理步骤", en="there is no such step", where=step)
    data = {"digest": request.POST["digest"]} if step == "sign" and "digest" in request.POST else {}
    given = Given(words=request.POST.get("words", ""), data=data)
    try:
        act(request.actor, found.matter_id, step, at=timezone.now(), given=given)  # type: ignore[attr-defined]
    except YigongtiError as error:
        return shown(request, number, error)
    return _back(number)


@require_POST
@permitted("rehearsal.sign")
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take a publication back before its day."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_rehearsal(actor, number)
    try:
        withdraw_publication(actor, found, why=request.POST.get("why", ""), at=timezone.now())
    except YigongtiError as error:
        return shown(request, number, error)
    return _back(number)


def _back(number: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("rehearsal:one", args=[number]))
