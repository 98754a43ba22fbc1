"""The pages of supervision: the board, cases, an institution's own, the inspector's, points, recoveries, what is
published, campaigns.

Each begins with its answer in words. Steps of matters are taken on the pages of matters; these lead there.
"""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.presentation.navigation import Entry
from yigongti.systems.supervision import api
from yigongti.systems.supervision.pages import board, campaigns, cases, own, phone, points, published, recoveries
from yigongti.systems.supervision.pages.panel import OVERVIEW

__all__ = ["NAVIGATION", "OVERVIEW", "urlpatterns"]

_SEE = "supervision.see"

NAVIGATION = [
    Entry("supervision", _("Supervision month"), "supervision:board", _SEE, order=30, system="S07"),
    Entry("supervision", _("Our orders"), "supervision:own", "supervision.answer", order=31, system="S07"),
    Entry("supervision", _("My checks"), "supervision:my_checks", "supervision.inspect", order=32, system="S07"),
    Entry("supervision", _("Supervision cases"), "supervision:cases", _SEE, order=33, system="S07"),
    Entry("supervision", _("Campaigns"), "supervision:campaigns", _SEE, order=34, system="S07"),
    Entry("supervision", _("Recoveries"), "supervision:recoveries", _SEE, order=35, system="S07"),
    Entry("supervision", _("Licence points"), "supervision:points", _SEE, order=36, system="S07"),
    Entry("supervision", _("Published rulings"), "supervision:published", _SEE, order=37, system="S07"),
]

urlpatterns = [
    path("", board.board, name="board"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<int:number>/", cases.case, name="case"),
    path("api/cases/<int:number>", api.case, name="api_case"),
    path("own/", own.own, name="own"),
    path("my-checks/", phone.my_checks, name="my_checks"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new", campaigns.new, name="new_campaign"),
    path("campaigns/<int:campaign_id>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:campaign_id>/results", campaigns.results, name="results"),
    path("campaigns/<int:campaign_id>/choose", campaigns.choose, name="choose"),
    path("campaigns/<int:campaign_id>/orders", campaigns.order_all, name="order_all"),
    path("campaigns/<int:campaign_id>/orders/<int:inspection_id>", campaigns.order_one, name="order_one"),
    path("campaigns/<int:campaign_id>/again", campaigns.again, name="again"),
    path("inspections/<int:inspection_id>/not-reached", campaigns.say_not_reached, name="not_reached"),
    path("recoveries/", recoveries.recoveries, name="recoveries"),
    path("points/", points.points, name="points"),
    path("points/<int:points_id>/take-back", points.take_back, name="take_back"),
    path("published/", published.published, name="published"),
    path("published/<int:publication_id>/withdraw", published.withdraw, name="withdraw"),
]
