"""Who may open a page of one person: whoever holds the permission, and whoever's account the record was opened to.

A supervisor to whom a record was opened for a matter holds no permission to see residents; the opening is the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.guard import signed_in
from yigongti.kernel.people.models import Opening
from yigongti.kernel.people.relations import live_opening

View = Callable[..., HttpResponse]
SEE = "people.see"


def person_page(view: View) -> View:
    """Closes a page about one person. What of it may be seen is row security's to say."""

    @wraps(view)
    def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if not actor.may(SEE) and not _has_opening(actor):
            actor.require(SEE)
        return view(request, *args, **kwargs)

    guarded = signed_in(closed)
    guarded.guarded_by = SEE  # type: ignore[attr-defined]
    return guarded


def _has_opening(actor: Actor) -> bool:
    return Opening.objects.filter(live_opening(timezone.now()), account_id=actor.account_id).exists()
