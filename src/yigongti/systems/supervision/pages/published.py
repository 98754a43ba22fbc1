"""Rulings that are published: a page for everybody, signed in or not; the office withdraws one with a reason."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.numbers import row_number
from yigongti.systems.supervision import queries
from yigongti.systems.supervision.actions.publish_ruling import withdraw_publication
from yigongti.systems.supervision.pages import sentences

AT_ONCE = 50


def published(request: HttpRequest) -> HttpResponse:
    """What the public is told, the newest first: number, institution, facts, amount; nothing about persons."""
    after = row_number(request.GET.get("before", ""))
    everything = queries.published()
    rows = everything.filter(pk__lt=after) if after else everything
    shown = list(rows.order_by("-id")[: AT_ONCE + 1])
    more = len(shown) > AT_ONCE
    return render(
        request,
        "supervision/published.html",
        {
            "rows": shown[:AT_ONCE],
            "sentence": sentences.published(everything.count()),
            "older": shown[AT_ONCE - 1].pk if more else "",
        },
    )


@require_POST
@permitted("supervision.publish")
def withdraw(request: HttpRequest, publication_id: int) -> HttpResponse:
    """Take a ruling off the public page, with a reason."""
    made = withdraw_publication(
        request.actor, publication_id, reason=request.POST.get("reason", ""), at=timezone.now()  # type: ignore[attr-defined]
    )  # fmt: skip
    return HttpResponseRedirect(reverse("supervision:case", args=[made.case_id]))
