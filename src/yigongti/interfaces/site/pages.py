"""The site's own pages: home, health, language."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yigongti.kernel.access.guard import signed_in
from yigongti.kernel.access.models import Account
from yigongti.kernel.presentation.navigation import Entry
from yigongti.kernel.presentation.overview import panels

NAVIGATION = [Entry("home", _("Overview"), "site:home", order=1)]


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The first page of the day."""
    return render(request, "site/home.html", {"panels": panels(request)})


def health(request: HttpRequest) -> HttpResponse:
    """For load balancers: whether this process answers and reaches its database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return JsonResponse({"status": "no database"}, status=503)
    return JsonResponse({"status": "ok"})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Change the language, for this browser and, when signed in, for the account."""
    chosen = request.POST.get("language", "")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=settings.HTTPS):
        back = "/"
    response = HttpResponseRedirect(back)
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=31536000, samesite="Lax", secure=settings.HTTPS
        )
        if request.actor.is_signed_in:  # type: ignore[attr-defined]
            Account.objects.filter(pk=request.actor.account_id).update(language=chosen)  # type: ignore[attr-defined]
    return response


@signed_in
def search(request: HttpRequest) -> HttpResponse:
    """Institutions and departments by name or code, and the pages of the rail."""
    from yigongti.kernel.organisations.search import found_by_name

    text = request.GET.get("q", "").strip()
    return render(request, "site/search.html", {"text": text, "found": found_by_name(text, request.actor)})  # type: ignore[attr-defined]


urlpatterns = [
    path("", home, name="home"),
    path("healthz", health, name="health"),
    path("search", search, name="search"),
    path("language", language, name="language"),
]
