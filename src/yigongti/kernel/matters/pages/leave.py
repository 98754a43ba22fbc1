"""Leave: from when to when somebody is away, and who has the inbox meanwhile."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from yigongti.foundation.errors import InvalidInput, YigongtiError
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.guard import signed_in
from yigongti.kernel.matters.actions.end_leave import end_leave
from yigongti.kernel.matters.actions.take_leave import desk_reach, take_leave
from yigongti.kernel.matters.models import Leave
from yigongti.kernel.matters.pages.one import STATUS
from yigongti.kernel.matters.pages.sentences import day_words, language
from yigongti.kernel.matters.people import Person, people_at
from yigongti.kernel.presentation.numbers import row_number

LINES = 20


@require_http_methods(["GET", "POST"])
@signed_in
def leave(request: HttpRequest) -> HttpResponse:
    """One's own leaves and those in which one stands in; the form for the next."""
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    if request.method == "GET":
        return _page(request, {})
    typed = {name: request.POST.get(name, "") for name in ("from", "to", "deputy", "reason")}
    try:
        with transaction.atomic():
            take_leave(
                actor, row_number(typed["deputy"]), valid_from=_day(typed["from"]), valid_to=_day(typed["to"]), at=now,
                reason=typed["reason"].replace("\x00", ""),
            )  # fmt: skip
    except YigongtiError as error:
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 404)
        return _page(request, typed | {"wrong": error.in_language(language())}, status)
    return HttpResponseRedirect(reverse("matters:leave"))


def _page(request: HttpRequest, typed: dict[str, str], status: int = 200) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    today = timezone.localdate()
    own = Leave.objects.filter(account_id=actor.account_id)
    others = Leave.objects.filter(deputy_id=actor.account_id, ended_at__isnull=True, valid_to__gte=today)
    context = {
        "typed": typed,
        "today": today,
        "colleagues": colleagues(actor, today),
        "own": [_line(each, today) for each in own[:LINES]],
        "others": [_line(each, today) for each in others[:LINES]],
    }
    return render(request, "matters/leave.html", context, status=status)


def colleagues(actor: Actor, today: date) -> list[Person]:
    """Those who sit at a desk of the actor's at the actor's own institution: who could stand in."""
    found: set[Person] = set()
    for desk, reach in desk_reach(actor).items():
        for post in actor.posts:
            if any(first <= post.institution_id < end for first, end in reach):
                found |= set(people_at(desk, post.institution_id, today, post.department_code))
    return sorted((p for p in found if p.account_id != actor.account_id), key=lambda person: person.name)


def _line(each: Leave, today: date) -> dict[str, Any]:
    running = each.ended_at is None and each.valid_from <= today <= each.valid_to
    return {
        "leave": each, "from": day_words(each.valid_from), "to": day_words(each.valid_to), "running": running,
        "may_end": each.ended_at is None and each.valid_to >= today,
    }  # fmt: skip


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("matters.leave_day", zh="请填写起止日期", en="give the first and the last day") from None


@require_POST
@signed_in
def end(request: HttpRequest, leave_id: int) -> HttpResponse:
    """Back earlier than planned."""
    end_leave(request.actor, leave_id, at=timezone.now())  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("matters:leave"))
