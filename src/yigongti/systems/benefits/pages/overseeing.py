"""What the office sees: the settlements of a month at its institutions, and one of them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.people.masking import masked_name
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.benefits import queries
from yigongti.systems.benefits.models import Settlement
from yigongti.systems.benefits.models.settlements import CARE_WORDS
from yigongti.systems.benefits.pages.settled import shown
from yigongti.systems.benefits.pages.words import LEVELS, MARKS, PLACES, language


@permitted("benefits.see")
def settlements(request: HttpRequest) -> HttpResponse:
    """The month's settlements; names are masked in the list."""
    focus = focus_of(request)
    rows = queries.settlements_overseen(focus.institution_ids, focus.month.first_day, focus.month.last_day)
    name = "institution__name_en" if language().startswith("en") else "institution__name"
    state = Settlement.State
    columns = [
        Column("number", _("Settlement number"), link=lambda row: reverse("benefits:settlement", args=[row["id"]])),
        Column(name, _("Institution")),
        Column("name", _("Full name"), value=lambda row: masked_name(row["name"]), sortable=False, filterable=False),
        Column("care", _("Kind of benefit"), value=lambda row: str(CARE_WORDS[row["care"]]),
               choices=list(CARE_WORDS.items())),
        Column("level", _("Level"), value=lambda row: str(LEVELS.get(row["level"], row["level"]))),
        Column("place", _("Place of care"), value=lambda row: str(PLACES.get(row["place"], row["place"]))),
        Column("total_cost", _("Total cost"), "money", total=True),
        Column("pool_fund", _("Pool"), "money", total=True),
        Column("critical_illness", _("Critical-illness insurance"), "money", total=True),
        Column("medical_assistance", _("Medical assistance"), "money", total=True),
        Column("cash", _("Cash"), "money", total=True),
        Column("state", _("State"), choices=state.choices, value=lambda row: str(state(row["state"]).label),
               mark=lambda row: MARKS[row["state"]]),
        Column("settled_on", _("Settled on"), "date"),
    ]  # fmt: skip
    context = {"sums": queries.day_sums(rows), "month": focus.month, "where": focus.name}
    return Table("settlements", columns, order="-id").respond(request, rows, "benefits/settlements.html", context)


@permitted("benefits.see")
def settlement(request: HttpRequest, number: int) -> HttpResponse:
    """One of them, whole."""
    return shown(request, queries.the_settlement(number), may_act=False)
