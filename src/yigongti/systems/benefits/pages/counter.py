"""The counter's first page: find who stands there, the day's settlements, open stays; and admitting without deposit."""

from __future__ import annotations

from urllib.parse import urlencode

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
from yigongti.systems.benefits.actions.admit import admit
from yigongti.systems.benefits.actions.find_insured import find_insured
from yigongti.systems.benefits.models import OfflineBill, Settlement
from yigongti.systems.benefits.models.settlements import CARE_WORDS
from yigongti.systems.benefits.pages.words import MARKS, REFERRALS, day, in_words


@permitted("benefits.settle")
def counter(request: HttpRequest) -> HttpResponse:
    """Whoever is found by number alone is led to the bill at once: the card, Enter, the bill."""
    actor = request.actor  # type: ignore[attr-defined]
    asked = request.GET.get("find", "").strip()
    found = find_insured(actor, asked, at=timezone.now()) if asked else []
    if len(found) == 1:
        return HttpResponseRedirect(f"{reverse('benefits:bill')}?{urlencode({'number': found[0].insured_number})}")
    today = timezone.localdate()
    rows = queries.settlements_of_day(actor, today)
    context = {
        "asked": asked, "found": found, "sums": queries.day_sums(rows), "today": today,
        "stays": queries.open_admissions(actor)[:50],
        "waiting": queries.offline_bills(actor).exclude(state=OfflineBill.State.CONFIRMED).count(),
    }  # fmt: skip
    return day_table().respond(request, rows, "benefits/counter.html", context)


def day_table() -> Table:
    """The settlements of the day, as the counter sees them."""
    state = Settlement.State
    return Table(
        "settlements",
        [
            Column("number", _("Settlement number"), link=lambda row: reverse("benefits:settled", args=[row["id"]])),
            Column("name", _("Full name")),
            Column("care", _("Kind of benefit"), value=lambda row: str(CARE_WORDS[row["care"]])),
            Column("total_cost", _("Total cost"), "money", total=True),
            Column("pool_fund", _("Pool"), "money", total=True),
            Column("critical_illness", _("Critical-illness insurance"), "money", total=True),
            Column("medical_assistance", _("Medical assistance"), "money", total=True),
            Column("cash", _("Cash"), "money", total=True),
            Column("state", _("State"), choices=state.choices, value=lambda row: str(state(row["state"]).label),
                   mark=lambda row: MARKS[row["state"]]),
            Column("paid_at", _("Own part paid"), "instant"),
            Column("settled_at", _("Settled on"), "instant"),
        ],
        order="-id",
    )  # fmt: skip


@permitted("benefits.settle")
def admissions(request: HttpRequest) -> HttpResponse:
    """Admit without a deposit; stays that are open."""
    actor, given = request.actor, request.POST  # type: ignore[attr-defined]
    problem: YigongtiError | None = None
    counters = queries.own_counters(actor)
    if request.method == "POST":
        try:
            with transaction.atomic():
                admit(
                    actor, counters[0], insured_number=given.get("number", ""), case_id=given.get("case_id", ""),
                    started_on=day(given.get("started_on", ""), "started_on"), diagnosis=given.get("diagnosis", ""),
                    referral=given.get("referral", "none") if given.get("referral") in REFERRALS else "none",  # type: ignore[arg-type]
                    at=timezone.now(),
                )  # fmt: skip
            return HttpResponseRedirect(reverse("benefits:admissions") + "?done=1")
        except YigongtiError as error:
            problem = error
    context = {
        "problem": in_words(problem) if problem else "", "given": given or request.GET, "today": timezone.localdate(),
        "stays": queries.open_admissions(actor), "referrals": REFERRALS.items(), "done": request.GET.get("done"),
    }  # fmt: skip
    return render(request, "benefits/admissions.html", context, status=400 if problem else 200)
