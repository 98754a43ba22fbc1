"""Decorators that close a page: `signed_in` to visitors, `permitted` to those without the permission,
`resident_signed_in` to everybody but the resident whose own page it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from yigongti.foundation.errors import NotPermitted

View = Callable[..., HttpResponse]


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    address = reverse("access:sign_in")
    if request.method == "GET":
        address += "?" + urlencode({"next": request.get_full_path()})
    if request.headers.get("HX-Request") == "true":  # a fragment must not swallow the sign-in page
        return HttpResponse(status=401, headers={"HX-Redirect": reverse("access:sign_in")})
    return HttpResponseRedirect(address)


def signed_in(view: View) -> View:
    """Visitors are sent to sign in; somebody who must change the password is sent to do that."""

    @wraps(view)
    def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.actor.is_signed_in:  # type: ignore[attr-defined]
            return _to_sign_in(request)
        must_change = getattr(request, "must_change_password", False)
        if must_change and not getattr(view, "while_password_is_old", False):
            return HttpResponseRedirect(reverse("access:password"))
        return view(request, *args, **kwargs)

    closed.guarded_by = ""  # type: ignore[attr-defined]
    return closed


def permitted(permission: str) -> Callable[[View], View]:
    """Only for actors who hold the permission somewhere; where it must hold is the action's own question."""

    def close(view: View) -> View:
        @wraps(view)
        def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            request.actor.require(permission)  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        guarded = signed_in(closed)
        guarded.guarded_by = permission  # type: ignore[attr-defined]
        return guarded

    return close


RESIDENT = "resident"
"""What `guarded_by` says of a page that only a resident opens, for the own record."""


def resident_signed_in(view: View) -> View:
    """Only for a resident's own session: visitors are sent to sign in as a resident, staff are told to sign out."""

    @wraps(view)
    def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        if actor.is_signed_in:
            raise NotPermitted(
                "access.for_residents",
                zh="这一页只供居民本人查看；如您是居民本人，请先退出工作账号",
                en="this page is for residents themselves; if it is you, sign out of the staff account first",
            )
        if not actor.resident_id:
            return HttpResponseRedirect(reverse(settings.RESIDENT_SIGN_IN))
        return view(request, *args, **kwargs)

    closed.guarded_by = RESIDENT  # type: ignore[attr-defined]
    return closed
