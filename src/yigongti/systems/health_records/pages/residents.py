"""My residents: who is in my care, and finding one by name, pinyin, number, telephone or code."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yigongti.foundation.errors import Conflict, InvalidInput, YigongtiError
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.people.masking import Identity, identities
from yigongti.kernel.people.models import Resident
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.kernel.presentation.tables.column import Row
from yigongti.systems.health_records import finding, queries
from yigongti.systems.health_records.pages.guarding import SEE
from yigongti.systems.health_records.pages.shown import completed

SPANS = (
    ("records.see", "caring"),
    ("people.register", "registering"),
    ("records.see_public_health", "public_health"),
)
"""For whose reason somebody has a panel: the first permission that is held."""


def span_for(actor: Actor) -> str:
    """The span of the actor's panel; "" for those who have none (the privacy officer)."""
    return next((span for permission, span in SPANS if actor.may(permission)), "")


def person_address(public_id: object) -> str:
    """Where a person's page is."""
    return reverse("health_records:person", args=[public_id])


@permitted(SEE)
def residents(request: HttpRequest) -> HttpResponse:
    """The panel; ?q=<name or pinyin> narrows it. Numbers and codes are sent to `find`, so that none stands in an
    address."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    focus = focus_of(request)
    span = span_for(actor)
    rows = (
        queries.panel(actor, timezone.localdate(now), focus.institution_ids, span) if span else Resident.objects.none()
    )
    if actor.may("people.match"):  # who matches sees the registrations that the own institutions keep
        rows = queries.kept(focus.institution_ids)
    text = request.GET.get("q", "").strip()[:64]
    shown = queries.called(rows, text) if text else rows
    columns = [
        Column("name", _("Full name"), link=_href, filterable=False, fields=["public_id"], sortable=False),
        Column("sex", _("Sex"), choices=Resident.Sex.choices, value=lambda row: Resident.Sex(row["sex"]).label),
        Column("birth_date", _("Birth date"), "date", filterable=False),
        Column("age", _("Age"), "count", value=lambda row: row["age"], sortable=False, filterable=False),
        Column("number", _("Identity number"), value=lambda row: row["number"], sortable=False, filterable=False),
        Column("phone", _("Telephone"), value=lambda row: row["phone"], sortable=False, filterable=False, hidden=True),
        Column("address", _("Address"), filterable=False, sortable=False),
        Column("name_sound", _("Pinyin"), hidden=True, filterable=False),
        Column("village_code", _("Village"), hidden=True, filterable=False),
    ]
    table = Table(
        "residents", columns, order="name_sound", row_link=_href, fields=["public_id"], prepare=completed(actor, now)
    )
    context = {
        "q": text,
        "focus": focus,
        "has_panel": bool(span),
        "may_register": actor.may("people.register"),
        "may_let_in": actor.may("people.let_in"),
        "may_break_glass": actor.may("records.break_glass"),
        "is_empty": not rows.exists(),
        "count": rows.count() if not text else None,
    }
    return table.respond(request, shown, "health_records/residents.html", context)


def _href(row: Row) -> str:
    return person_address(row["public_id"])


@require_POST
@permitted(SEE)
def find(request: HttpRequest) -> HttpResponse:
    """One box for everything: a code or number opens the person at once, or shows whom it belongs to, masked; anything
    else is a name to look for in the panel."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    focus, now = focus_of(request), timezone.now()
    text = request.POST.get("q", "").strip()[:400]
    problem: YigongtiError | None = None
    found = finding.Found(text)
    try:
        found = finding.find(actor, focus.institution.pk if focus.institution else 0, text, at=now)
    except (InvalidInput, Conflict) as error:  # a code that is not valid, or not any more
        problem = error
    if len(found.own) == 1:
        return HttpResponseRedirect(person_address(found.own[0].public_id) + f"?{focus.query}")
    if found.is_name:
        return HttpResponseRedirect(f"{reverse('health_records:residents')}?{focus.query}&{urlencode({'q': text})}")
    context = {
        "found": found,
        "problem": problem,
        "own": _with_identity(actor, found, now),
        "focus": focus,
        "may_register": actor.may("people.register"),
        "may_let_in": actor.may("people.let_in") or actor.may("people.register"),
        "may_break_glass": actor.may("records.break_glass"),
    }
    return render(request, "health_records/found.html", context, status=400 if problem else 200)


def _with_identity(actor: Actor, found: finding.Found, at: datetime) -> list[tuple[Resident, Identity]]:
    shown = identities(actor, found.own, at=at)
    return [(row, shown[row.pk]) for row in found.own]
