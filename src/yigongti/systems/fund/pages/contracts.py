"""Contracts: the year's list, one with every step of its formulas, and the form that draws the year up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigongti.foundation.errors import InvalidInput, YigongtiError
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.ledger.public import fund_book
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.fund import queries
from yigongti.systems.fund.actions.draw_up_contracts import YearAsked, draw_up_contracts
from yigongti.systems.fund.models import Contract
from yigongti.systems.fund.pages.words import language

State = Contract.State
MARKS = {State.DRAFT: "", State.SIGNING: "due", State.ACCEPTING: "due", State.IN_FORCE: "good", State.WITHDRAWN: "bad"}
OUTSIDE_ITEMS = 3


@permitted("fund.see")
def contracts(request: HttpRequest) -> HttpResponse:
    """The contracts that the actor may see, newest first."""
    focus = focus_of(request)
    rows = [
        {
            "id": each.pk, "year": each.year, "community": each.institution.in_language(language()),
            "people": each.people, "quota": each.quota, "per_head": each.quota / each.people if each.people else None,
            "state": str(State(each.state).label), "mark": MARKS[State(each.state)],
            "href": reverse("fund:contract", args=[each.pk]),
        }
        for year in (focus.month.year + 1, focus.month.year, focus.month.year - 1)
        for each in queries.contracts(focus.institution_ids, year)
    ]  # fmt: skip
    waiting = sum(1 for row in rows if row["mark"] == "due")
    columns = [
        Column("year", _("Year"), link=lambda row: row["href"]),
        Column("community", _("Community"), link=lambda row: row["href"]),
        Column("people", _("Insured people"), "count", total=True),
        Column("quota", _("Quota of the year"), "money", total=True),
        Column("per_head", _("Quota a head"), "money"),
        Column("state", _("State"), mark=lambda row: row["mark"]),
    ]
    table = Table("fund-contracts", columns, order="-year", row_link=lambda row: row["href"])
    context = {
        "focus": focus, "count": len(rows), "waiting": waiting,
        "may_draw_up": request.actor.may("fund.contract"),  # type: ignore[attr-defined]
    }  # fmt: skip
    return table.respond(request, rows, "fund/contracts.html", context)


@permitted("fund.see")
def contract(request: HttpRequest, number: int) -> HttpResponse:
    """One contract: quota, steps with their formulas, parameters and sources, and what can be done next."""
    found = queries.the_contract(number)
    tongue = "en" if language().startswith("en") else "zh"
    sources = policy().sources
    rows = [
        {
            "place": place, "label": step["label"][tongue], "sum": step["sum"][tongue],
            "amount": Decimal(step["amount"]) if step["amount"] is not None else None,
            "unit": _("yuan") if step.get("unit", "yuan") == "yuan" else _("ratio"),
            "parameter": step["parameter"],
            "source": sources[step["source"]].title.in_language(language()) if step["source"] in sources else "",
            "checked": "" if step["source"] not in sources or sources[step["source"]].checked else "due",
        }
        for place, step in enumerate(found.steps, start=1)
    ]  # fmt: skip
    columns = [
        Column("place", _("Step"), "count"),
        Column("label", _("What it is"), sortable=False),
        Column("sum", _("Formula"), sortable=False, filterable=False),
        Column("amount", _("Amount"), value=_result, sortable=False, filterable=False),
        Column("unit", _("Unit"), sortable=False, filterable=False),
        Column("parameter", _("Parameter"), sortable=False),
        Column("source", _("Source"), mark=lambda row: row["checked"], sortable=False),
    ]
    table = Table("fund-contract", columns, key="place", order="place", size=200)
    context = {"contract": found, "state_mark": MARKS[State(found.state)], "focus": focus_of(request)}
    return table.respond(request, rows, "fund/contract.html", context)


def _result(row: Any) -> str:
    if row["amount"] is None:
        return ""
    return f"{row['amount']:,.2f}" if row["unit"] == _("yuan") else f"{row['amount']:f}"


@permitted("fund.contract")
def draw_up(request: HttpRequest) -> HttpResponse:
    """The year's financing a head; people and past spending are read, nobody types a quota."""
    actor = request.actor  # type: ignore[attr-defined]
    problem: YigongtiError | None = None
    given = request.POST
    year = _year(given.get("year", "")) if request.method == "POST" else focus_of(request).month.year
    if request.method == "POST":
        try:
            asked = YearAsked(year, _per_head(request, year), _outside(request))
            draw_up_contracts(actor, fund_book(), asked, policy=policy(), at=timezone.now())
            return HttpResponseRedirect(reverse("fund:contracts"))
        except YigongtiError as error:
            problem = error
    context = {
        "problem": problem, "given": given, "year": year,
        "schemes": [(kind, SCHEMES.get(kind, kind), given.get(f"per_head_{kind}", "")) for kind in _schemes(year)],
        "items": [
            (at, given.get(f"outside_name_{at}", ""), given.get(f"outside_amount_{at}", ""))
            for at in range(1, OUTSIDE_ITEMS + 1)
        ],
    }  # fmt: skip
    return render(request, "fund/draw_up.html", context, status=400 if problem else 200)


SCHEMES = {"310": _("employees"), "380": _("rural scheme"), "390": _("residents")}


def _year(text: str) -> int:
    if text.isascii() and text.isdigit() and 2000 <= int(text) <= 2100:
        return int(text)
    raise InvalidInput("fund.year_unreadable", zh="请填写年度", en="give the year", where="year")


def _schemes(year: int) -> list[str]:
    return list(policy().value("fund.packaged_schemes", on=date(year, 1, 1)))  # type: ignore[arg-type]


def _per_head(request: HttpRequest, year: int) -> dict[str, Decimal]:
    told = {kind: request.POST.get(f"per_head_{kind}", "").strip() for kind in _schemes(year)}
    return {kind: _yuan(text, f"per_head_{kind}") for kind, text in told.items() if text}


def _outside(request: HttpRequest) -> dict[str, Decimal]:
    found = {}
    for at in range(1, OUTSIDE_ITEMS + 1):
        name = request.POST.get(f"outside_name_{at}", "").strip()[:80]
        text = request.POST.get(f"outside_amount_{at}", "").strip()
        if name and text:
            found[name] = _yuan(text, f"outside_amount_{at}")
    return found


def _yuan(text: str, where: str) -> Decimal:
    try:
        amount = Decimal(text.replace(",", ""))
        if amount.is_finite() and amount >= 0 and amount == amount.quantize(Decimal("0.01")) and amount < 10**12:
            return amount.quantize(Decimal("0.01"))
    except InvalidOperation:
        pass
    raise InvalidInput("fund.amount_unreadable", zh="请填写金额（元，到分）", en="give an amount in yuan", where=where)
