"""The pages of the month: county and hospital, departments, groups, cases, requests, scores, patterns, weights.

Each begins with its answer in words, shows it as a picture, and lists the rows with totals; what a row leads to opens
beside the list, under an address of its own.
"""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.presentation.navigation import Entry
from yigongti.systems.casemix_payment import api
from yigongti.systems.casemix_payment.pages import (
    cases,
    departments,
    groups,
    in_force,
    overview,
    requests,
    signals,
)
from yigongti.systems.casemix_payment.pages.panel import OVERVIEW

__all__ = ["NAVIGATION", "OVERVIEW", "urlpatterns"]

_SEE, _SEE_CASES = "casemix_payment.see", "casemix_payment.see_cases"

NAVIGATION = [
    Entry("records", _("Month explained"), "casemix_payment:overview", _SEE, order=20, system="S03"),
    Entry("records", _("Balance by department"), "casemix_payment:departments", _SEE, order=21, system="S03"),
    Entry("records", _("Profit and loss by group"), "casemix_payment:groups", _SEE, order=22, system="S03"),
    Entry("records", _("Case list"), "casemix_payment:cases", _SEE_CASES, order=23, system="S03"),
    Entry("records", _("Requests about groupings"), "casemix_payment:requests", _SEE_CASES, order=24, system="S03"),
    Entry("records", _("Department scores"), "casemix_payment:scores", _SEE, order=25, system="S03"),
    Entry("records", _("Up-coding patterns"), "casemix_payment:signals", "casemix_payment.see_signals", order=26),
    Entry("records", _("Weights and scheme"), "casemix_payment:weights", _SEE, order=27, system="S03"),
]

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("departments/", departments.departments, name="departments"),
    path("groups/", groups.groups, name="groups"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<str:institution_code>/what-if/<path:case_id>", cases.what_if, name="what_if"),
    path("cases/<str:institution_code>/ask/<path:case_id>", requests.ask, name="ask"),
    path("cases/<str:institution_code>/page/<path:case_id>", cases.case, name="case"),
    path("requests/", requests.requests, name="requests"),
    path("requests/<int:number>/answer", requests.answer, name="answer"),
    path("requests/<int:number>/withdraw", requests.withdraw, name="withdraw"),
    path("scores/", in_force.scores, name="scores"),
    path("signals/", signals.signals, name="signals"),
    path("weights/", in_force.weights, name="weights"),
    path("scheme/", in_force.scheme, name="scheme"),
    path("api/month", api.month, name="api_month"),
    path("api/cases/<str:institution_code>/<path:case_id>", api.case, name="api_case"),
]
