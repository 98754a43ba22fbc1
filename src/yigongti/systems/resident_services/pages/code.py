"""The e-health code: shown as QR, it counts down and renews itself; without a network it says when it is over."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from yigongti.kernel.access.guard import resident_signed_in
from yigongti.systems.resident_services.api import fresh_code
from yigongti.systems.resident_services.pages.shell import resident_of, shown


@resident_signed_in
def code(request: HttpRequest) -> HttpResponse:
    """The code, ready to be read; ?single=1 for one that works once."""
    single = request.GET.get("single") == "1"
    made = fresh_code(resident_of(request), single_use=single, at=timezone.now())
    return shown(request, "code.html", {"code": made, "single": single}, tab="code")
