"""The pages of matters: the inbox of everyone, one matter, the late ones, the kinds as drawings, leave."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.matters import api
from yigongti.kernel.matters.pages import beside_steps, complaint, drawn_kinds, inbox, late, leave, many, one
from yigongti.kernel.presentation.navigation import Entry

__all__ = ["NAVIGATION", "urlpatterns"]

NAVIGATION = [
    Entry("home", _("To do"), "matters:inbox", order=0, count=inbox.in_the_rail),
    Entry("home", _("Late matters"), "matters:late", late.SEE, order=3),
    Entry("settings", _("Kinds of matter"), "matters:kinds", order=40),
]

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("many", many.many, name="many"),
    path("late/", late.board, name="late"),
    path("late/rows", late.rows, name="late_rows"),
    path("leave/", leave.leave, name="leave"),
    path("leave/<int:leave_id>/end", leave.end, name="end_leave"),
    path("complaint", complaint.complaint, name="complaint"),
    path("api/inbox", api.inbox, name="api_inbox"),
    path("api/<int:matter_id>/<str:transition>", api.take, name="api_take"),
    path("kinds/", drawn_kinds.all_kinds, name="kinds"),
    path("kinds/<str:kind_id>/", drawn_kinds.one_kind, name="kind"),
    path("<int:matter_id>/", one.matter, name="matter"),
    path("<int:matter_id>/say/", beside_steps.say, name="say"),
    path("<int:matter_id>/give/", beside_steps.give, name="give"),
    path("<int:matter_id>/undo/", beside_steps.undone, name="undo"),
    path("<int:matter_id>/<str:transition>", one.take, name="take"),
]
