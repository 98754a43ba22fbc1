"""Signing in and out, the own account, password and second factor."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from yigongti.kernel.access import sign_in as steps
from yigongti.kernel.access.guard import signed_in
from yigongti.kernel.access.middleware import visitor_address


def _after(request: HttpRequest) -> str:
    """Where to go after signing in: an address of our own site, else home."""
    wished = request.POST.get("next") or request.GET.get("next") or "/"
    own = url_has_allowed_host_and_scheme(wished, allowed_hosts={request.get_host()}, require_https=settings.HTTPS)
    return wished if own else "/"


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The first page."""
    shown = {"next": _after(request), "username": "", "error": ""}
    if request.method == "GET":
        return render(request, "access/sign_in.html", shown)
    username, password = request.POST.get("username", "").strip(), request.POST.get("password", "")
    now, address = timezone.now(), visitor_address(request)
    verdict = steps.check_password(username, password, address, now)
    if verdict.account is None:
        shown |= {"username": username, "error": verdict.error.in_language(get_language() or "")}
        return render(request, "access/sign_in.html", shown, status=403)
    steps.open_session(request, verdict.account, address, now)
    return HttpResponseRedirect(_after(request))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    steps.end_session(request, timezone.now(), visitor_address(request))
    return HttpResponseRedirect(reverse("access:sign_in"))


@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """The own account: posts, what they allow, password, second factor."""
    return render(request, "access/account.html", {})


urlpatterns = [
    path("sign-in", sign_in, name="sign_in"),
    path("sign-out", sign_out, name="sign_out"),
    path("account", account, name="account"),
]
