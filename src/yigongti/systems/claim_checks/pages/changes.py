"""Changes of checks: proposed with a rehearsal on past months, signed by a second person, in force from a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yigongti.engines.claim_checks.public import Check, handler
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.claim_checks import queries
from yigongti.systems.claim_checks.actions.propose_change import (
    Wanted,
    matter_of,
    propose_change,
    take_back_change,
)
from yigongti.systems.claim_checks.checks_in_force import in_force
from yigongti.systems.claim_checks.models import ChangeOfCheck, CheckedMonth, StrengthChoices
from yigongti.systems.claim_checks.names import check_labels
from yigongti.systems.claim_checks.pages import sentences
from yigongti.systems.claim_checks.pages.rehearsals import rehearsal_of, summed
from yigongti.systems.claim_checks.stored_bills import lake

Kind = ChangeOfCheck.Kind


@permitted("claim_checks.see")
def changes(request: HttpRequest) -> HttpResponse:
    """All changes, the latest first."""
    labels = check_labels()
    rows = queries.changes()
    columns = [
        Column("check_id", _("Check"), value=lambda row: labels.get(row["check_id"], row["check_id"]),
               link=lambda row: reverse("claim_checks:change", args=[row["id"]])),
        Column("kind", _("What changes"), choices=Kind.choices, value=lambda row: str(Kind(row["kind"]).label)),
        Column("valid_from", _("Holds from"), "date"),
        Column("state", _("State"), choices=ChangeOfCheck.State.choices,
               value=lambda row: str(ChangeOfCheck.State(row["state"]).label)),
        Column("made_by_name", _("Proposed by")),
        Column("signed_by_name", _("Signed by")),
        Column("made_at", _("When"), "instant"),
    ]  # fmt: skip
    table = Table("claim-checks-changes", columns, order="-made_at")
    signed = rows.filter(state="in_force").count()
    context = {"sentence": sentences.changes(rows.count(), signed)}
    return table.respond(request, rows, "claim_checks/changes.html", context)


@permitted("claim_checks.change")
def propose(request: HttpRequest, check_id: str) -> HttpResponse:
    """The form of a change, with the thresholds as they are; sent, it is rehearsed and waits for the second person."""
    today = timezone.localdate()
    check = in_force(policy(), Month.of(today)).check(check_id)
    problem: InvalidInput | None = None
    if request.method == "POST":
        try:
            made = _propose(request, check, today)
            return HttpResponseRedirect(reverse("claim_checks:change", args=[made.pk]))
        except InvalidInput as error:
            problem = error
    version = check.on(today)
    settings = [
        {
            "name": setting.name,
            "label": setting.label,
            "codes": setting.kind == "codes",
            "value": _text(version.parameters.get(setting.name)) if version else "",
        }
        for setting in handler(check.handler).parameters
    ]
    context = {
        "check": check,
        "strength": StrengthChoices(str(check.strength)).label,
        "settings": settings,
        "kinds": [kind for kind in Kind.choices if settings or kind[0] != Kind.PARAMETERS],
        "strengths": StrengthChoices.choices,
        "months": list(CheckedMonth.objects.values_list("month", flat=True)[:12]),
        "problem": problem,
        "given": request.POST,
        "next_month": Month.of(today).plus(1).first_day,
    }
    return render(request, "claim_checks/propose.html", context, status=400 if problem else 200)


def _text(value: Any) -> str:
    return "|".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def _propose(request: HttpRequest, check: Check, today: date) -> ChangeOfCheck:
    given = request.POST
    try:
        valid_from = date.fromisoformat(given.get("valid_from", ""))
    except ValueError:
        raise InvalidInput(
            "claim_checks.day_not_readable", zh="日期应写成 2026-01-31", en="write days as 2026-01-31"
        ) from None
    version = check.on(today)
    now = version.parameters if version else {}
    parameters: dict[str, str | list[str]] = {}
    for setting in handler(check.handler).parameters:
        text = given.get(f"setting_{setting.name}", "").strip()
        if given.get("kind") == Kind.PARAMETERS and text and text != _text(now.get(setting.name)):
            parameters[setting.name] = text.split("|") if setting.kind == "codes" else text
    wanted = Wanted(
        check.id, given.get("kind", ""), valid_from, given.get("reason", ""), parameters,
        given.get("strength", "") if given.get("kind") == Kind.STRENGTH else "",
    )  # fmt: skip
    months = [Month.parse(text) for text in given.getlist("of_month")]
    return propose_change(
        request.actor,
        wanted,
        months,
        lake=lake(),
        policy=policy(),
        at=timezone.now(),  # type: ignore[attr-defined]
    )


@permitted("claim_checks.see")
def change(request: HttpRequest, number: int) -> HttpResponse:
    """One change: what it says, and what it would have found in past months, by institution."""
    found = queries.the_change(number)
    actor = request.actor  # type: ignore[attr-defined]
    rehearsal = rehearsal_of(found, actor)
    rows = rehearsal["rows"]
    labels = check_labels()
    context = {
        "change": found,
        "check_label": labels.get(found.check_id, found.check_id),
        "sentence": sentences.change(found, summed(rows) if rows else None),
        "matter": matter_of(found),
        "parameters": list(found.parameters.items()),
        "rehearsal": rehearsal,
        "may_take_back": found.state == "proposed" and found.made_by_id == actor.account_id,
    }
    return render(request, "claim_checks/change.html", context)


@require_POST
@permitted("claim_checks.change")
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """The proposal is taken back by whoever made it."""
    take_back_change(request.actor, number, at=timezone.now())  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("claim_checks:change", args=[number]))
