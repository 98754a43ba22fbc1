"""The notices of an account: on the overview how many are unread, and the list with a mark for each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yigongti.kernel.access.guard import signed_in
from yigongti.kernel.messages.actions.read_notice import read_notice
from yigongti.kernel.messages.public import title_of
from yigongti.kernel.messages.queries import notices_of, unread_notices
from yigongti.kernel.presentation.navigation import Entry
from yigongti.kernel.presentation.overview import Offer, Panel

NAVIGATION = [Entry("home", _("Notices"), "messages:notices", order=5)]
LINES_AT_ONCE = 50


@signed_in
def notices(request: HttpRequest) -> HttpResponse:
    """The notices, newest first; ?below= goes on, ?unread=1 leaves out what was read."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = notices_of(actor)
    if request.GET.get("unread") == "1":
        rows = rows.filter(is_read=False)
    below = request.GET.get("below", "")
    if below.isascii() and below.isdigit() and len(below) < 18:
        rows = rows.filter(pk__lt=int(below))
    some = list(rows[: LINES_AT_ONCE + 1])
    context = {
        "lines": [{"notice": one, "title": title_of(one)} for one in some[:LINES_AT_ONCE]],
        "older": some[LINES_AT_ONCE - 1].pk if len(some) > LINES_AT_ONCE else None,
        "unread": unread_notices(actor),
    }
    return render(request, "messages/notices.html", context)


@require_POST
@signed_in
def read(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Mark one as read."""
    read_notice(request.actor, notice_id, at=timezone.now())  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("messages:notices"))


def unread_panel(request: HttpRequest) -> Panel | None:
    """Nothing when everything is read."""
    unread = unread_notices(request.actor)  # type: ignore[attr-defined]
    return Panel("messages/panel.html", {"unread": unread}) if unread else None


OVERVIEW = [Offer("overview.see", unread_panel, order=1)]

urlpatterns = [
    path("", notices, name="notices"),
    path("<int:notice_id>/read", read, name="read"),
]
