"""What the bureau decides: approvals of diseases and causes of injuries; and asking for an approval."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigongti.foundation.errors import YigongtiError
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.benefits import queries
from yigongti.systems.benefits.actions.ask_approval import ask_approval
from yigongti.systems.benefits.benefit_lists import disease_name, diseases
from yigongti.systems.benefits.models import Approval, HeldInjury
from yigongti.systems.benefits.pages.words import day, in_words, language

_MARKS = {"asked": "due", "approved": "good", "refused": "bad", "ended": "", "held": "due", "released": "good"}


@permitted("benefits.settle")
def approvals(request: HttpRequest) -> HttpResponse:
    """The requests that the actor sees, and the form for a new one."""
    actor, given, problem = request.actor, request.POST, ""  # type: ignore[attr-defined]
    if request.method == "POST":
        try:
            kind, _slash, disease = given.get("disease", "").partition("/")
            with transaction.atomic():
                made = ask_approval(
                    actor, queries.own_counters(actor)[0], insured_number=given.get("number", ""), kind=kind,
                    disease_code=disease, valid_from=day(given.get("valid_from", ""), "valid_from"),
                    valid_to=day(given.get("valid_to", ""), "valid_to"), evidence=given.get("evidence", ""),
                    at=timezone.now(),
                )  # fmt: skip
            return HttpResponseRedirect(reverse("benefits:approval", args=[made.pk]))
        except YigongtiError as error:
            problem = in_words(error)
    rows = Approval.objects.all()
    state = Approval.State
    columns = [
        Column("name", _("Full name"), link=lambda row: reverse("benefits:approval", args=[row["id"]])),
        Column("insured_number", _("Insured number")),
        Column("disease_code", _("Disease"), fields=["kind"],
               value=lambda row: _disease(row["kind"], row["disease_code"])),
        Column("valid_from", _("First day"), "date"),
        Column("valid_to", _("Last day"), "date"),
        Column("state", _("State"), choices=state.choices, value=lambda row: str(state(row["state"]).label),
               mark=lambda row: _MARKS[row["state"]]),
        Column("asked_at", _("Asked"), "instant"),
    ]  # fmt: skip
    context = {
        "count": rows.count(), "waiting": rows.filter(state=state.ASKED).count(), "problem": problem, "given": given,
        "kinds": [(label, code, diseases().get(code, {}).items()) for code, label in Approval.Kind.choices],
    }  # fmt: skip
    return Table("approvals", columns, order="-id").respond(request, rows, "benefits/approvals.html", context)


@permitted("benefits.settle")
def approval(request: HttpRequest, number: int) -> HttpResponse:
    """One request; it is decided in its matter."""
    found = queries.the_approval(number)
    context = {"row": found, "disease": _disease(found.kind, found.disease_code), "mark": _MARKS[found.state]}
    return render(request, "benefits/approval.html", context)


@permitted("benefits.settle")
def injuries(request: HttpRequest) -> HttpResponse:
    """The held bills that the actor sees."""
    rows = HeldInjury.objects.all()
    state = HeldInjury.State
    columns = [
        Column("name", _("Full name"), link=lambda row: reverse("benefits:injury", args=[row["id"]])),
        Column("insured_number", _("Insured number")),
        Column("total_cost", _("Total cost"), "money"),
        Column("state", _("State"), choices=state.choices, value=lambda row: str(state(row["state"]).label),
               mark=lambda row: _MARKS[row["state"]]),
        Column("held_at", _("Held since"), "instant"),
    ]  # fmt: skip
    context = {"count": rows.count(), "waiting": rows.filter(state=state.HELD).count()}
    return Table("injuries", columns, order="-id").respond(request, rows, "benefits/injuries.html", context)


@permitted("benefits.settle")
def injury(request: HttpRequest, number: int) -> HttpResponse:
    """One held bill; its cause is confirmed in its matter."""
    found = queries.the_injury(number)
    return render(request, "benefits/injury.html", {"row": found, "mark": _MARKS[found.state]})


def _disease(kind: str, code: str) -> str:
    name = disease_name(kind, code)
    return name.in_language(language()) if name else code
