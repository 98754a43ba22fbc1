"""Pages for those who manage the systems that exchange data: list, add (the secret is shown once), revoke."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from yigongti.foundation.errors import InvalidInput, YigongtiError
from yigongti.kernel.access.actions.add_client import PERMISSION, add_client
from yigongti.kernel.access.actions.revoke_client import revoke_client
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.models import Client
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.presentation.navigation import Entry

NAVIGATION = [Entry("settings", _("Exchanging systems"), "fhir:clients", "fhir.manage_clients", order=60)]
USUAL_SCOPES = ("system/*.rs", "system/*.cruds", "system/Patient.rs system/Observation.cruds")


def _institutions(actor: Actor) -> list[Institution]:
    """Where the actor may manage clients."""
    return [one for one in Institution.objects.order_by("id") if actor.may(PERMISSION, one.pk)]


@permitted("fhir.manage_clients")
@require_http_methods(["GET", "POST"])
def clients(request: HttpRequest) -> HttpResponse:
    """The list, with the form below it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = {"error": "", "made": None, "secret": "", "given": {}}
    if request.method == "POST":
        shown |= _add(request, actor)
    shown |= {
        "clients": Client.objects.select_related("institution").order_by("revoked_at", "institution_id", "id"),
        "institutions": _institutions(actor),
        "usual": USUAL_SCOPES,
        "today": timezone.localdate(),
    }
    status = 400 if shown["error"] else 200
    return render(request, "fhir/clients.html", shown, status=status)


def _add(request: HttpRequest, actor: Actor) -> dict[str, object]:
    now = timezone.now()
    given = {name: request.POST.get(name, "").strip() for name in ("name", "institution", "scopes", "valid_to")}
    try:
        made, secret = add_client(
            name=given["name"], institution_code=given["institution"], scopes=given["scopes"].split(), at=now,
            valid_from=timezone.localdate(now), valid_to=_day(given["valid_to"]), by=actor,
        )  # fmt: skip
    except YigongtiError as error:
        return {"error": error.in_language(get_language() or "zh-hans"), "given": given}
    return {"made": made, "secret": secret}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput("fhir.day", zh="日期应为 2026-12-31 的形式", en="write the day as 2026-12-31") from None


@permitted("fhir.manage_clients")
@require_POST
def revoke(request: HttpRequest, client_id: str) -> HttpResponse:
    """Revoke one; back to the list."""
    revoke_client(client_id, at=timezone.now(), by=request.actor)  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("fhir:clients"))
