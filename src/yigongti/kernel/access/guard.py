"""Decorators that close a page: `signed_in` to visitors, `permitted` to those without the permission."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

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
        account = getattr(request, "account", None)
        if account is not None and account.must_change_password and not getattr(view, "while_password_is_old", False):
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
