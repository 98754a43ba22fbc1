"""Signing in by identity number and one-time code, signing out, and the size of the text."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from yigongti.foundation.errors import YigongtiError
from yigongti.kernel.access.limits import limit
from yigongti.kernel.access.middleware import visitor_address
from yigongti.systems.resident_services.actions.ask_for_code import ask_for_code
from yigongti.systems.resident_services.actions.sign_in_with_code import sign_in_with_code
from yigongti.systems.resident_services.actions.sign_out import sign_out as end_session
from yigongti.systems.resident_services.pages.shell import LARGER_COOKIE, in_words, language, resident_of, shown

ASKED_KEY = "resident_asked"


@sensitive_post_parameters("number")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The identity number; the answer is the same for every number that can be one."""
    if resident_of(request).resident_id:
        return HttpResponseRedirect(reverse("resident_services:home"))
    if request.method == "GET":
        return shown(request, "sign_in.html", {})
    number = request.POST.get("number", "")[:40]
    try:
        token = ask_for_code(number, address=visitor_address(request), language=language(), at=timezone.now())
    except YigongtiError as error:
        return shown(request, "sign_in.html", {"number": number, "error": in_words(error)}, status=400)
    request.session[ASKED_KEY] = token
    return HttpResponseRedirect(reverse("resident_services:enter_code"))


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """The code from the message."""
    token = request.session.get(ASKED_KEY)
    if not token:
        return HttpResponseRedirect(reverse("resident_services:sign_in"))
    context = {"minutes": limit("resident_services.code_minutes")}
    if request.method == "GET":
        return shown(request, "enter_code.html", context)
    code = request.POST.get("code", "")[:12]
    verdict = sign_in_with_code(request, token, code, address=visitor_address(request), at=timezone.now())
    if verdict.error is not None:
        return shown(request, "enter_code.html", context | {"error": in_words(verdict.error)}, status=400)
    return HttpResponseRedirect(reverse("resident_services:home"))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    end_session(request, at=timezone.now(), address=visitor_address(request))
    return HttpResponseRedirect(reverse("resident_services:sign_in"))


@require_POST
def larger(request: HttpRequest) -> HttpResponse:
    """Larger text, or back to the usual; kept in a cookie of this browser."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=settings.HTTPS):
        back = reverse("resident_services:sign_in")
    response = HttpResponseRedirect(back)
    wished = "1" if request.POST.get("larger") == "1" else "0"
    response.set_cookie(LARGER_COOKIE, wished, max_age=31536000, samesite="Lax", secure=settings.HTTPS)
    return response
