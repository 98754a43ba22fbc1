"""One settlement at the counter: the receipt, the flow of the bill, paying later, refunding, correcting."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yigongti.foundation.errors import YigongtiError
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.ledger.models import Entry
from yigongti.kernel.trail.public import viewed
from yigongti.systems.benefits import queries
from yigongti.systems.benefits.actions.pay import pay
from yigongti.systems.benefits.actions.refund import refund
from yigongti.systems.benefits.models import Settlement
from yigongti.systems.benefits.pages.words import facts_of, in_words, language


@permitted("benefits.settle")
def settled(request: HttpRequest, number: int) -> HttpResponse:
    """The settlement with what can be done with it."""
    return shown(request, queries.the_settlement(number), may_act=True)


def shown(request: HttpRequest, row: Settlement, *, may_act: bool, problem: str = "") -> HttpResponse:
    """The settlement as counter and office see it; who looks is noted."""
    actor = request.actor  # type: ignore[attr-defined]
    viewed(actor, row.resident_id, what="page: settlement", why="at the counter", at=timezone.now())
    lines = {"number": row.insured_number, "corrects": row.pk, **given_again(row)} if may_act else {}
    context: dict[str, Any] = {
        "row": row, "facts": facts_of(row), "problem": problem, "may_act": may_act, "again": lines,
        "reversal": Settlement.objects.filter(reverses=row).first(),
        "right": Settlement.objects.filter(replaces=row).first(),
        "entries": [
            {
                "key": entry.key, "on": entry.on, "told": entry.said(language()),
                "url": reverse("ledger:entry", args=[entry.pk]) if actor.may("ledger.see") else "",
            }
            for entry in Entry.objects.filter(cause=row.cause).order_by("id")
        ],
    }  # fmt: skip
    return render(request, "benefits/settled.html", context, status=400 if problem else 200)


def given_again(row: Settlement) -> dict[str, str]:
    """The fields of the form that brought the bill, so that whoever corrects it types only what was wrong."""
    fields = ("care", "referral", "case_id", "diagnosis", "disease_code")
    told = {name: str(getattr(row, name)) for name in fields}
    told |= {"started_on": row.started_on.isoformat(), "ended_on": row.ended_on.isoformat()}
    lines = "\n".join(f"{line['item_code']}\t{line['quantity']}\t{line['amount']}" for line in row.lines)
    return told | {"lines": lines}


@require_POST
@permitted("benefits.settle")
def paid(request: HttpRequest, number: int) -> HttpResponse:
    """The patient has paid the own part."""
    return _after(request, number, lambda actor: pay(actor, number, at=timezone.now()))


@require_POST
@permitted("benefits.settle")
def refunded(request: HttpRequest, number: int) -> HttpResponse:
    """The settlement is taken back, whole."""
    reason = request.POST.get("reason", "")
    return _after(request, number, lambda actor: refund(actor, number, reason=reason, at=timezone.now()))


def _after(request: HttpRequest, number: int, act: Any) -> HttpResponse:
    try:
        with transaction.atomic():
            act(request.actor)  # type: ignore[attr-defined]
    except YigongtiError as error:
        return shown(request, queries.the_settlement(number), may_act=True, problem=in_words(error))
    return HttpResponseRedirect(reverse("benefits:settled", args=[number]))
