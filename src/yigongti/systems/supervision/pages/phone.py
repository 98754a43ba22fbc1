"""The inspector's page for a phone: my checks and inspections, the most urgent first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.matters.public import Matter
from yigongti.kernel.presentation.focus import focus_of
from yigongti.systems.supervision.course import SITE_CHECK
from yigongti.systems.supervision.models import Inspection
from yigongti.systems.supervision.pages import sentences

SHOWN = 100
"""Inspections listed on a phone at once; the page says how many there are in all."""


@permitted("supervision.inspect")
def my_checks(request: HttpRequest) -> HttpResponse:
    """Checks of cases that wait for the actor, and the inspections of campaigns that are the actor's."""
    actor, today, language = request.actor, timezone.localdate(), sentences.language()  # type: ignore[attr-defined]
    checks = list(
        Matter.objects.filter(kind=SITE_CHECK, holder_account_id=actor.account_id, closed_at__isnull=True)
        .select_related("institution")
        .order_by("due_on", "id")
    )
    rows = Inspection.objects.filter(
        inspector_account_id=actor.account_id, state=Inspection.State.WAITING
    ).select_related("institution", "campaign")
    total = rows.count()
    inspections = list(rows.order_by("due_on", "institution_id", "shift")[:SHOWN])
    late = sum(1 for each in checks if each.due_on and each.due_on < today) + rows.filter(due_on__lt=today).count()
    return render(
        request,
        "supervision/my_checks.html",
        {
            "focus": focus_of(request),
            "sentence": sentences.inspector(len(checks), total, late),
            "checks": [
                {"matter": each, "title": each.title(language), "due": sentences.due(each.due_on, today),
                 "late": bool(each.due_on and each.due_on < today)}
                for each in checks
            ],
            "inspections": [
                {"row": each, "campaign": each.campaign.title(language), "due": sentences.due(each.due_on, today),
                 "late": each.due_on < today}
                for each in inspections
            ],
            "total": total,
        },
    )  # fmt: skip
