"""The page of upheld bills: what waits to be handed over to supervision, and the button that does it."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.numbers import row_number
from yigongti.processes.closed_loop.public import hand_over
from yigongti.systems.claim_checks.public import upheld_bills


@permitted("claim_checks.review")
def upheld(request: HttpRequest) -> HttpResponse:
    """What waits, the earliest due first."""
    bills = upheld_bills(request.actor)  # type: ignore[attr-defined]
    total = sum((bill.amount for bill in bills), Decimal(0))
    return render(request, "closed_loop/upheld.html", {"bills": bills, "total": total})


@require_POST
@permitted("claim_checks.review")
def hand(request: HttpRequest) -> HttpResponse:
    """Hand over the chosen ones."""
    chosen = [row_number(text) for text in request.POST.getlist("matter")]
    hand_over(request.actor, chosen, at=timezone.now())  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("closed_loop:upheld"))
