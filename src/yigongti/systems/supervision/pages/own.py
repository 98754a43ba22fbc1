"""An institution's own view: what must we answer until when, and how our cases stand."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.matters.public import Matter, Step, kind_of
from yigongti.kernel.presentation.focus import focus_of
from yigongti.systems.supervision import queries
from yigongti.systems.supervision.course import ORDER
from yigongti.systems.supervision.kinds.words import ANSWER
from yigongti.systems.supervision.models import Case
from yigongti.systems.supervision.pages import sentences


@permitted("supervision.answer")
def own(request: HttpRequest) -> HttpResponse:
    """What waits for the answer of the actor's institutions, the most urgent first; then the cases under way."""
    actor, today, language = request.actor, timezone.localdate(), sentences.language()  # type: ignore[attr-defined]
    waiting = list(
        Matter.objects.filter(queries.places(actor), kind=ORDER, desk=ANSWER, closed_at__isnull=True)
        .select_related("institution")
        .order_by("due_on", "id")
    )
    ordered = {
        step.matter_id: step.words
        for step in Step.objects.filter(matter_id__in=[each.pk for each in waiting], action="issue").order_by("number")
    }
    late = sum(1 for each in waiting if each.due_on and each.due_on < today)
    under_way = queries.cases(actor).exclude(state=Case.State.CLOSED).order_by("-opened_at")
    return render(
        request,
        "supervision/own.html",
        {
            "focus": focus_of(request),
            "sentence": sentences.own(len(waiting), late, waiting[0].due_on if waiting else None),
            "waiting": [
                {
                    "matter": each,
                    "title": each.title(language),
                    "words": ordered.get(each.pk, ""),
                    "due": sentences.due(each.due_on, today),
                    "late": bool(each.due_on and each.due_on < today),
                    "state": kind_of(each.kind).state(each.state),
                }
                for each in waiting
            ],
            "under_way": [
                {"case": each, "title": each.title(language)}
                for each in under_way.filter(shown=True).exclude(state=Case.State.ORDER)
            ],
        },
    )
