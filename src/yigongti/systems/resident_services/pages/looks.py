"""Who has looked at the record: who, from where, when, what and why; and objecting to a look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yigongti.foundation.errors import YigongtiError
from yigongti.kernel.access.guard import resident_signed_in
from yigongti.kernel.trail.models import View
from yigongti.systems.resident_services import queries
from yigongti.systems.resident_services.actions.object_to_look import object_to_look
from yigongti.systems.resident_services.models import Objection
from yigongti.systems.resident_services.pages.shell import in_words, resident_of, shown

LINES_AT_ONCE = 30
_REASONS = {
    "registration": gettext_lazy("Registered here"),
    "encounter": gettext_lazy("Treated here"),
    "contract": gettext_lazy("Family doctor contract"),
    "referral": gettext_lazy("Referred here"),
    "consultation": gettext_lazy("Consulted here"),
    "consent": gettext_lazy("Consent of the resident"),
    "emergency": gettext_lazy("Emergency"),
    "matter": gettext_lazy("For a matter in hand"),
    "public": gettext_lazy("Public health service"),
}
"""What the trail writes as the reason begins with one of these words ("contract by team", "public health")."""
ONLY_REGISTRATION = "registration only"


@dataclass(frozen=True, slots=True)
class Look:
    """One look as the page tells it."""

    id: int
    view: View
    reason: Any
    is_emergency: bool
    objection: Objection | None


def _look(view: View, objections: dict[str, Objection]) -> Look:
    words = view.why.replace(":", " ").replace(";", " ").split()
    named = next((word for word in words if word in _REASONS), "")
    reason = _REASONS.get(named, view.why)
    if view.why == ONLY_REGISTRATION:
        reason = _("Saw who I am, not my record")
    return Look(view.pk, view, reason, named == "emergency", objections.get(about(view)))


def about(view: View) -> str:
    """How an objection names a look."""
    return f"View/{view.pk}"


def _below(request: HttpRequest) -> int | None:
    asked = request.GET.get("below", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else None


@resident_signed_in
def looks(request: HttpRequest, *, said: str = "", error: str = "", status: int = 200) -> HttpResponse:
    """The looks, newest first, and what was opened beyond care."""
    actor, now = resident_of(request), timezone.now()
    rows = queries.looks_of(actor)
    below = _below(request)
    if below is not None:
        rows = rows.filter(pk__lt=below)
    some = list(rows.order_by("-id")[: LINES_AT_ONCE + 1])
    objections = queries.objections_of(actor)
    found = [_look(view, objections) for view in some[:LINES_AT_ONCE]]
    context = {
        "looks": found,
        "total": queries.looks_of(actor).count(),
        "older": found[-1].id if len(some) > LINES_AT_ONCE else None,
        "openings": queries.openings_of(actor) if below is None else [],
        "caring": queries.care_of(actor, timezone.localdate(now)) if below is None else [],
        "said": said or (_("Your objection was handed to the privacy officer.") if "objected" in request.GET else ""),
        "error": error,
        "now": now,
    }
    return shown(request, "looks.html", context, tab="more", status=status)


@require_POST
@resident_signed_in
def objection(request: HttpRequest, look_id: int) -> HttpResponse:
    """Say that a look was not right."""
    try:
        object_to_look(resident_of(request), look_id, words=request.POST.get("words", ""), at=timezone.now())
    except YigongtiError as error:
        return looks(request, error=in_words(error), status=400)
    return HttpResponseRedirect(reverse("resident_services:looks") + "?objected=1")
