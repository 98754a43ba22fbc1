"""The pages of matters: the inbox of everyone, one matter, the late ones, the kinds as drawings, leave."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.matters.pages import drawn_kinds, inbox, many, one
from yigongti.kernel.presentation.navigation import Entry

__all__ = ["NAVIGATION", "urlpatterns"]

NAVIGATION = [
    Entry("home", _("To do"), "matters:inbox", order=0, count=inbox.in_the_rail),
    Entry("settings", _("Kinds of matter"), "matters:kinds", order=40),
]

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("many", many.many, name="many"),
    path("kinds/", drawn_kinds.all_kinds, name="kinds"),
    path("kinds/<str:kind_id>/", drawn_kinds.one_kind, name="kind"),
    path("<int:matter_id>/", one.matter, name="matter"),
    path("<int:matter_id>/<str:transition>", one.take, name="take"),
]
