"""The resident's first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from yigongti.kernel.access.guard import resident_signed_in
from yigongti.systems.resident_services.pages.shell import shown


@resident_signed_in
def home(request: HttpRequest) -> HttpResponse:
    """What is next, and what was found last, in words."""
    return shown(request, "home.html", {}, tab="home")
