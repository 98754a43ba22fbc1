"""The pages of the fund: its state, spending and leakage, contracts, months, counter-indicators.

Each begins with its answer in words, shows it as a picture, and lists the rows with totals.
"""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.presentation.navigation import Entry
from yigongti.systems.fund import api
from yigongti.systems.fund.pages import contracts, grouped, indicators, leakage, months, overview, spending
from yigongti.systems.fund.pages.panel import OVERVIEW

__all__ = ["NAVIGATION", "OVERVIEW", "urlpatterns"]

_SEE = "fund.see"

NAVIGATION = [
    Entry("fund", _("State of the fund"), "fund:overview", _SEE, order=10, system="S04"),
    Entry("fund", _("Spending"), "fund:spending", _SEE, order=11, system="S04"),
    Entry("fund", _("What leaves the community"), "fund:leakage", _SEE, order=12, system="S04"),
    Entry("fund", _("Prepaid and settled months"), "fund:months", _SEE, order=13, system="S04"),
    Entry("fund", _("Payment by group"), "fund:grouped", _SEE, order=13, system="S04"),
    Entry("fund", _("Contracts of the year"), "fund:contracts", _SEE, order=14, system="S04"),
    Entry("fund", _("Counter-indicators"), "fund:indicators", _SEE, order=15, system="S04"),
]

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("spending/", spending.spending, name="spending"),
    path("leakage/", leakage.leakage, name="leakage"),
    path("months/", months.months, name="months"),
    path("grouped/", grouped.grouped, name="grouped"),
    path("grouped/cases/", grouped.grouped_cases, name="grouped_cases"),
    path("contracts/", contracts.contracts, name="contracts"),
    path("contracts/new", contracts.draw_up, name="draw_up"),
    path("contracts/<int:number>", contracts.contract, name="contract"),
    path("indicators/", indicators.indicators, name="indicators"),
    path("api/state", api.state, name="api_state"),
]
