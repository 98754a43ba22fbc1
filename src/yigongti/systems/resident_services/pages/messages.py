"""The resident's messages; seeing them marks them read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from yigongti.kernel.access.guard import resident_signed_in
from yigongti.kernel.messages.public import mark_read, messages_of, title_of
from yigongti.systems.resident_services.pages.shell import resident_of, shown

LINES_AT_ONCE = 30


@resident_signed_in
def messages(request: HttpRequest) -> HttpResponse:
    """The messages, newest first; ?below= goes on."""
    actor = resident_of(request)
    rows = messages_of(actor.resident_id)
    below = request.GET.get("below", "")
    if below.isascii() and below.isdigit() and len(below) < 18:
        rows = rows.filter(pk__lt=int(below))
    some = list(rows.order_by("-id")[: LINES_AT_ONCE + 1])
    lines = [{"message": one, "title": title_of(one)} for one in some[:LINES_AT_ONCE]]
    older = some[LINES_AT_ONCE - 1].pk if len(some) > LINES_AT_ONCE else None
    answer = shown(request, "messages.html", {"lines": lines, "older": older}, tab="messages")
    mark_read(actor.resident_id, timezone.now())
    return answer
