"""A bill is entered or pasted, worked out while it is being entered, and settled: by keyboard alone."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from yigongti.foundation.errors import InvalidInput, NotFound, YigongtiError
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.systems.benefits import queries
from yigongti.systems.benefits.actions.correct import correct
from yigongti.systems.benefits.actions.find_insured import find_insured
from yigongti.systems.benefits.actions.hold_injury import hold_injury
from yigongti.systems.benefits.actions.quote import quote
from yigongti.systems.benefits.actions.settle import settle
from yigongti.systems.benefits.asked import Asked, of_mapping
from yigongti.systems.benefits.benefit_lists import diseases
from yigongti.systems.benefits.injuries import is_injury
from yigongti.systems.benefits.models.settlements import CARE_WORDS
from yigongti.systems.benefits.pages.counter import counter
from yigongti.systems.benefits.pages.words import REFERRALS, flow, in_words

_TEXTS = (
    "key", "insured_number", "care", "referral", "started_on", "ended_on", "case_id", "diagnosis", "disease_code",
    "continues", "injury",
)  # fmt: skip
_NUMBER = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?")


@permitted("benefits.settle")
def bill(request: HttpRequest) -> HttpResponse:
    """The form for one insured person; sent, the bill is settled (or held, when it is that of an injury)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    given: Any = request.POST or request.GET
    problem = ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                return HttpResponseRedirect(_done(actor, given))
        except YigongtiError as error:
            problem = in_words(error)
    number = given.get("insured_number") or given.get("number", "")
    if not number and not problem:
        return counter(request)  # nobody was named: the counter asks who stands there
    found = find_insured(actor, number, at=timezone.now())
    if not found or found[0].insured_number != number:
        raise NotFound("benefits.not_insured", zh="没有查到参保信息", en="nobody is insured under this number")
    context = {
        "insured": found[0], "given": given, "problem": problem, "today": timezone.localdate(),
        "key": given.get("key") or f"page-{uuid.uuid4()}", "care_words": CARE_WORDS.items(),
        "referrals": REFERRALS.items(), "diseases": diseases(), "corrects": _corrected(given),
    }  # fmt: skip
    return render(request, "benefits/bill.html", context, status=400 if problem else 200)


@permitted("benefits.quote")
def quoted(request: HttpRequest) -> HttpResponse:
    """What the bill comes to as it stands in the form: the flow from total to the patient's part, or what is wrong."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    context: dict[str, Any] = {}
    try:
        with transaction.atomic():
            found = quote(actor, queries.own_counters(actor, "benefits.quote")[0], _asked(request.POST))
        amounts = found.amounts
        context = {"amounts": amounts, "steps": flow(amounts["total_cost"], found.steps), "lines": found.sorted.rows}
        context["insurance"] = found.computed.insurance
    except YigongtiError as error:
        context["problem"] = in_words(error)
    return render(request, "benefits/quote.html", context)


def _done(actor: Actor, given: Any) -> str:
    """The bill settled, corrected or held; where that is shown."""
    asked, now = _asked(given), timezone.now()
    corrects = _corrected(given)
    if corrects:
        done = correct(actor, corrects, asked, reason=given.get("reason", ""), at=now)
        return reverse("benefits:settled", args=[done.right.pk])
    if is_injury(asked, policy()) and asked.injury.strip():
        held = hold_injury(actor, _counter(actor), asked, at=now)
        return reverse("benefits:injury", args=[held.pk])
    return reverse("benefits:settled", args=[settle(actor, _counter(actor), asked, at=now).id])


def _corrected(given: Any) -> int:
    text = given.get("corrects", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _counter(actor: Actor) -> int:
    return queries.own_counters(actor)[0]


def _asked(given: Any) -> Asked:
    told: dict[str, Any] = {name: given.get(name, "").strip() for name in _TEXTS}
    told = {name: text for name, text in told.items() if text}
    told["paid"] = given.get("paid") == "1"
    told["lines"] = pasted(given.get("lines", ""))
    if given.get("outside_name"):
        told["treated_at"] = {
            "code": given.get("outside_code", "").strip(), "name": given.get("outside_name", "").strip(),
            "level": given.get("outside_level", ""), "place": given.get("outside_place", ""),
        }  # fmt: skip
    return of_mapping(told)


def pasted(text: str) -> list[dict[str, str]]:
    """Rows as they are copied out of a workbook or typed: code, perhaps a name, quantity, amount, by tab or blanks.

    Raises InvalidInput for a row that has no two numbers at its end.
    """
    found = []
    for number, row in enumerate(text.splitlines()):
        cells = [cell.strip() for cell in (row.split("\t") if "\t" in row else row.split())]
        cells = [cell for cell in cells if cell]
        if not cells:
            continue
        if len(cells) < 3 or not all(_NUMBER.fullmatch(cell) for cell in cells[-2:]):
            raise InvalidInput(
                "benefits.row_unreadable",
                zh="每行须为：项目编码、数量、金额",
                en="a row is: item code, quantity, amount",
                where=f"lines[{number}]",
            )
        quantity, amount = (cell.replace(",", "") for cell in cells[-2:])
        found.append({"item_code": cells[0], "quantity": quantity, "amount": amount})
    return found
