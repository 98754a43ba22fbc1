"""The pages of prices: the catalogue, revisions with their rehearsal, applications, and what the public sees."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.presentation.navigation import Entry
from yigongti.systems.prices import api
from yigongti.systems.prices.pages import applications, catalogue, revisions

NAVIGATION = [
    Entry("supervision", _("Price catalogue"), "prices:catalogue", "prices.see", order=40, system="S06"),
    Entry("supervision", _("Price revisions"), "prices:revisions", "prices.see", order=41),
    Entry("supervision", _("New items"), "prices:applications", "prices.see", order=42),
]

urlpatterns = [
    path("", catalogue.catalogue, name="catalogue"),
    path("public/", catalogue.public_list, name="public"),
    path("items/<str:code>", catalogue.item, name="item"),
    path("revisions/", revisions.revisions, name="revisions"),
    path("revisions/new", revisions.draft, name="draft"),
    path("revisions/<int:number>", revisions.revision, name="revision"),
    path("revisions/<int:number>/lines", revisions.add_lines, name="add_lines"),
    path("revisions/<int:number>/lines/<int:line>/remove", revisions.remove, name="remove_line"),
    path("revisions/<int:number>/rehearse", revisions.rehearse, name="rehearse"),
    path("applications/", applications.applications, name="applications"),
    path("applications/new", applications.apply, name="apply"),
    path("applications/<int:number>", applications.application, name="application"),
    path("api/catalogue", api.catalogue, name="api_catalogue"),
    path("api/revisions/<int:number>", api.revision, name="api_revision"),
]
