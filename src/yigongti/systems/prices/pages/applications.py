"""Applications for new items: the list, one of them, and the form."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigongti.foundation.errors import InvalidInput, YigongtiError
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.prices import queries
from yigongti.systems.prices.actions.apply_for_item import apply_for_item
from yigongti.systems.prices.models import Application
from yigongti.systems.prices.pages.catalogue import language
from yigongti.systems.prices.pages.revisions import office_of

State = Application.State
_MARKS = {State.ASKED: "due", State.QUESTIONED: "due", State.ACCEPTED: "good", State.DECLINED: "bad"}


@permitted("prices.see")
def applications(request: HttpRequest) -> HttpResponse:
    """The applications of the actor's institutions; all of them for the bureau."""
    rows = queries.applications()
    name = "institution__name_en" if language().startswith("en") else "institution__name"
    columns = [
        Column("name", _("Item"), link=lambda row: reverse("prices:application", args=[row["id"]])),
        Column(name, _("Institution")),
        Column("unit", _("Unit")),
        Column("proposed_price", _("Proposed price"), "number"),
        Column("state", _("State"), choices=State.choices, value=lambda row: str(State(row["state"]).label),
               mark=lambda row: _MARKS[State(row["state"])]),
        Column("asked_at", _("Asked"), "instant"),
    ]  # fmt: skip
    waiting = rows.filter(state=State.ASKED).count()
    context = {"count": rows.count(), "waiting": waiting, "may_apply": request.actor.may("prices.apply")}  # type: ignore[attr-defined]
    return Table("applications", columns, order="-id").respond(request, rows, "prices/applications.html", context)


@permitted("prices.see")
def application(request: HttpRequest, number: int) -> HttpResponse:
    """One application, whole."""
    return render(request, "prices/application.html", {"application": queries.the_application(number)})


@permitted("prices.apply")
def apply(request: HttpRequest) -> HttpResponse:
    """The form; sent, it lies on the bureau's desk."""
    actor = request.actor  # type: ignore[attr-defined]
    problem: YigongtiError | None = None
    given = request.POST
    if request.method == "POST":
        try:
            made = apply_for_item(
                actor, office_of(actor, "prices.apply"), Institution.objects.filter(kind="county").order_by("id")[0],
                name=given.get("name", ""), unit=given.get("unit", ""), content=given.get("content", ""),
                why=given.get("why", ""), cost=given.get("cost", ""), price=_price(given.get("price", "")),
                at=timezone.now(),
            )  # fmt: skip
            return HttpResponseRedirect(reverse("prices:application", args=[made.pk]))
        except YigongtiError as error:
            problem = error
    return render(request, "prices/apply.html", {"problem": problem, "given": given}, status=400 if problem else 200)


def _price(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise InvalidInput("prices.price_unreadable", zh="请填写价格", en="give the price", where="price") from None
