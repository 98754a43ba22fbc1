"""Who asks, and the whole response inside their scope.

Django's ATOMIC_REQUESTS wraps only the view; a template that reads rows while it is rendered, and a body that is
streamed after the view has returned, would run outside of the scope. So the scope is opened here, around everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.clients import credential_of
from yigongti.kernel.access.resident_session import resident_actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.access.who_asks import by_account
from yigongti.kernel.trail.view_log import views_noted

ACCOUNT_KEY, EPOCH_KEY, SEEN_KEY = "account", "epoch", "seen"
FOR_SYSTEMS = ("/fhir/", "/api/")
"""Addresses where a system shows its token instead of a session."""
FREE_OF_DATABASE = ("/static/", "/healthz")


def visitor_address(request: HttpRequest) -> str:
    """The visitor's address; behind our own proxies, the one that the outermost of them wrote down."""
    if settings.TRUSTED_PROXIES:
        forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(forwarded) >= settings.TRUSTED_PROXIES:
            return forwarded[-settings.TRUSTED_PROXIES]
    return str(request.META.get("REMOTE_ADDR") or "127.0.0.1")


class Scoped:
    """Sets request.actor, and runs everything further in inside the actor's scope."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = NOBODY  # type: ignore[attr-defined]
        if request.path.startswith(FREE_OF_DATABASE):
            return self.get_response(request)
        actor = request.actor = self._actor(request)  # type: ignore[attr-defined]
        with scope(actor), views_noted(visitor_address(request)) as views:
            response = self.get_response(request)
            if response.status_code < 400:  # an error page has shown nothing
                views.write()
        if response.streaming:
            self._keep_in_scope(response, actor)
        return response

    def _actor(self, request: HttpRequest) -> Actor:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer" and request.path.startswith(FOR_SYSTEMS):
            request.credential = credential_of(token.strip(), timezone.now())  # type: ignore[attr-defined]
            return request.credential.actor if request.credential else NOBODY  # type: ignore[attr-defined]
        account_id = request.session.get(ACCOUNT_KEY)
        if not account_id:
            return resident_actor(request)
        now = timezone.now()
        asker, seen = by_account(account_id, timezone.localdate(now)), request.session.get(SEEN_KEY, 0)
        stale = asker is None or asker.session_epoch != request.session.get(EPOCH_KEY)
        if asker is None or stale or now.timestamp() - seen > session_seconds():
            request.session.flush()
            return NOBODY
        if now.timestamp() - seen > timedelta(minutes=1).total_seconds():
            request.session[SEEN_KEY] = int(now.timestamp())  # at most once a minute: each is a write
        request.must_change_password = asker.must_change_password  # type: ignore[attr-defined]
        return asker.actor

    @staticmethod
    def _keep_in_scope(response: Any, actor: Actor) -> None:
        body = response.streaming_content

        def within() -> Iterator[bytes]:
            with scope(actor):
                yield from body

        response.streaming_content = within()


def session_seconds() -> int:
    """How long a session may rest before it ends, in seconds (policy access.session_minutes)."""
    from yigongti.kernel.access.limits import limit

    return limit("access.session_minutes") * 60
