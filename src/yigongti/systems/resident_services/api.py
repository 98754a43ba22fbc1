"""JSON for the residents' own pages: a fresh e-health code. The same session and the same rows as the pages."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.guard import resident_signed_in
from yigongti.kernel.people.e_health_code import as_svg, issue_code
from yigongti.kernel.people.limits import limit


def fresh_code(actor: Actor, *, single_use: bool, at: datetime) -> dict[str, Any]:
    """image: a data address for <img>; seconds: how long it is good; the code itself is only in the picture."""
    drawn = as_svg(issue_code(actor, single_use=single_use, at=at))
    if "xmlns=" not in drawn:  # drawn for a page; as a picture of its own it must name its language
        drawn = drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return {
        "image": "data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode(),
        "seconds": limit("people.e_health_code_minutes", timezone.localdate(at)) * 60,
    }


@resident_signed_in
def new_code(request: HttpRequest) -> HttpResponse:
    """A fresh code as JSON; ?single=1 for one that works once."""
    single = request.GET.get("single") == "1"
    return JsonResponse(fresh_code(request.actor, single_use=single, at=timezone.now()))  # type: ignore[attr-defined]
