"""The log of messages: list with filters, one message with its parts, answer and history, retry and rerun."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from yigongti.foundation.errors import Text
from yigongti.interfaces.hl7v2.actions import ask_again
from yigongti.interfaces.hl7v2.anatomy import parts_of
from yigongti.interfaces.hl7v2.limits import choices
from yigongti.interfaces.hl7v2.models import MessageEvent, MessageLog
from yigongti.interfaces.hl7v2.queries import counts_by_state, looked_after_by, message_of
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.navigation import Entry
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.kernel.presentation.tables.column import Row
from yigongti.kernel.trail.public import record

SEE, SEE_IDENTITY, RETRY = "hl7v2.see", "hl7v2.see_identity", "hl7v2.retry"
NAVIGATION = [Entry("settings", _("HL7 v2 messages"), "hl7v2:list", SEE, order=70, system="S01")]

_STATES = MessageLog.State
_MARKS = {_STATES.APPLIED: "good", _STATES.REJECTED: "bad", _STATES.DEAD: "bad", _STATES.FAILED: "due"}


@require_GET
@permitted(SEE)
def messages(request: HttpRequest) -> HttpResponse:
    """The messages of the institution in focus, newest first."""
    actor = request.actor  # type: ignore[attr-defined]
    focus = focus_of(request)
    rows = MessageLog.objects.filter(looked_after_by(actor), institution_id__in=focus.institution_ids)
    context = {"focus": focus, "states": counts_by_state(rows)}
    return _table().respond(request, rows, "hl7v2/list.html", context)


@require_GET
@permitted(SEE)
def one(request: HttpRequest, message_id: int) -> HttpResponse:
    """One message: what it says, what it was answered, what became of it. ?identity=shown tells whom it is about, to
    those who may know, and leaves a trail."""
    actor = request.actor  # type: ignore[attr-defined]
    message = message_of(actor, message_id)
    may_see_identity = actor.may(SEE_IDENTITY, message.institution_id)
    identity = may_see_identity and request.GET.get("identity") == "shown"
    if identity:
        _leave_trail(request, message, "hl7v2.identity_seen")
    context = {
        "message": message,
        "mark": _MARKS.get(message.state, ""),
        "parts": parts_of(message.raw, choices(), identity=identity),
        "identity_shown": identity,
        "may_see_identity": may_see_identity,
        "problems": [_problem(problem) for problem in message.problems],
        "answer": message.answer.replace("\r", "\n"),
        "events": MessageEvent.objects.filter(message=message),
        "may_retry": actor.may(RETRY, message.institution_id) and message.error_code not in ask_again.NOT_WHOLE,
        "can_be_retried": message.state in ask_again.CAN_BE_RETRIED,
        "can_be_rerun": message.state in ask_again.CAN_BE_RERUN,
        "is_mapped_by_older": message.mapping_version != choices().version,
    }
    return render(request, "hl7v2/one.html", context)


@require_GET
@permitted(SEE_IDENTITY)
def raw(request: HttpRequest, message_id: int) -> HttpResponse:
    """The bytes as they came, for those who may see identities there; that they were fetched is recorded."""
    actor = request.actor  # type: ignore[attr-defined]
    message = message_of(actor, message_id)
    actor.require(SEE_IDENTITY, message.institution_id)
    _leave_trail(request, message, "hl7v2.raw_fetched")
    return HttpResponse(
        message.raw,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="message-{message.pk}.hl7"'},
    )


@require_POST
@permitted(RETRY)
def retry(request: HttpRequest, message_id: int) -> HttpResponse:
    """What failed is tried again at once."""
    ask_again.retry(message_id, request.actor, timezone.now())  # type: ignore[attr-defined]
    return _back(message_id)


@require_POST
@permitted(RETRY)
def rerun(request: HttpRequest, message_id: int) -> HttpResponse:
    """A message is mapped and applied anew."""
    ask_again.rerun(message_id, request.actor, timezone.now())  # type: ignore[attr-defined]
    return _back(message_id)


def _table() -> Table:
    def address(row: Row) -> str:
        return reverse("hl7v2:one", args=[row["id"]])

    return Table(
        "hl7v2-messages",
        [
            Column("id", _("Number"), kind="count", link=address),
            Column("received_at", _("Received"), kind="instant"),
            Column("message_type", _("Type")),
            Column("event", _("Event")),
            Column("control_id", _("Message number")),
            Column(
                "state", _("State"), value=lambda row: _STATES(row["state"]).label, choices=_STATES.choices,
                mark=lambda row: _MARKS.get(row["state"], ""),
            ),
            Column("answer_code", _("Acknowledgement")),
            Column("error_code", _("Reason")),
            Column("sender", _("Sender")),
            Column("institution__name", _("Institution")),
            Column("address", _("Address or file"), hidden=True),
            Column("attempts", _("Tries"), kind="count", hidden=True),
            Column("next_try_at", _("Next try"), kind="instant", hidden=True),
            Column("repeats", _("Repeats"), kind="count", hidden=True),
            Column("mapping_version", _("Mapping"), hidden=True),
        ],
        key="id",
        order="-id",
        row_link=address,
    )  # fmt: skip


def _problem(problem: dict[str, str]) -> dict[str, Any]:
    text = Text(zh=problem["zh"], en=problem["en"]).in_language(get_language() or "zh-hans")
    return {**problem, "text": text, "mark": "due" if problem["verdict"] == "AA" else "bad"}


def _leave_trail(request: HttpRequest, message: MessageLog, verb: str) -> None:
    record(
        request.actor,  # type: ignore[attr-defined]
        verb,
        subject=f"hl7v2 {message.pk}",
        at=timezone.now(),
        institution_id=message.institution_id,
    )


def _back(message_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("hl7v2:one", args=[message_id]))


urlpatterns = [
    path("", messages, name="list"),
    path("<int:message_id>", one, name="one"),
    path("<int:message_id>/raw", raw, name="raw"),
    path("<int:message_id>/retry", retry, name="retry"),
    path("<int:message_id>/rerun", rerun, name="rerun"),
]
