"""The checklists of one's places: what is open, filled or in conflict; one filled sheet; deciding between answers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yigongti.foundation.errors import InvalidInput, NotFound, Text
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.forms.actions.resolve_conflict import resolve_conflict
from yigongti.kernel.forms.library import version_named
from yigongti.kernel.forms.models import Answer, Assignment
from yigongti.kernel.forms.queries import may_fill
from yigongti.kernel.forms.showing import FLAG_WORDS, differences, sheet
from yigongti.kernel.presentation.tables import Column, Table

STATE_MARKS = {"open": "due", "answered": "good", "cancelled": ""}
MOST_FIELDS = 2_000


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


@permitted("forms.fill")
def checklists(request: HttpRequest) -> HttpResponse:
    """Every checklist that the actor may see; ?where_state=, ?where_has_conflict= and the like narrow it."""
    title = "title_en" if _language() == "en" else "title_zh"
    table = Table(
        "checklists",
        [
            Column(
                title, _("Checklist"), link=lambda row: reverse("forms:checklist", args=[row["id"]]), fields=("id",)
            ),
            Column("institution__name", _("Concerns")),
            Column("owner_institution__name", _("Filled by")),
            Column("due_on", _("Due"), kind="date"),
            Column(
                "state", _("State"), choices=Assignment.State.choices, fields=("has_conflict",),
                value=lambda row: _("Answers in conflict") if row["has_conflict"]
                else Assignment.State(row["state"]).label,
                mark=lambda row: "bad" if row["has_conflict"] else STATE_MARKS[row["state"]],
            ),
            Column("answer__score", _("Score"), kind="number", places=1),
            Column("answer__account_name", _("By")),
            Column("answer__received_at", _("Received"), kind="instant", filterable=False),
        ],
        order="-id",
    )  # fmt: skip
    waiting = Assignment.objects.filter(has_conflict=True).count()
    return table.respond(request, Assignment.objects.all(), "forms/checklists.html", {"conflicts": waiting})


@permitted("forms.fill")
def one(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """One checklist: what was answered, by whom and when, what was found; answers in conflict beside each other."""
    return render(request, "forms/checklist.html", _shown(request, assignment_id))


def _shown(request: HttpRequest, assignment_id: int, problem: Text | None = None) -> dict[str, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    found = (
        Assignment.objects.filter(pk=assignment_id).select_related("institution", "owner_institution", "answer").first()
    )
    if found is None:
        raise NotFound("forms.no_assignment", zh="没有这份检查表", en="there is no such checklist")
    version = version_named(found.form_id, found.form_version)
    came = list(Answer.objects.filter(assignment=found).prefetch_related("states"))
    counting = next((answer for answer in came if answer.pk == found.answer_id), None)
    shown: dict[str, Any] = {
        "assignment": found,
        "version": version,
        "came": [_came(answer, found) for answer in came],
        "counting": counting,
        "lines": sheet(version, counting.response["item"], timezone.localdate(counting.received_at))
        if counting
        else [],
        "decides": found.has_conflict and may_fill(actor, found),
        "problem": problem,
    }
    if found.has_conflict:
        told = {answer.pk: answer.response["item"] for answer in came if _is_candidate(answer)}
        shown["differences"] = differences(version, told, timezone.localdate())
        shown["candidates"] = [answer for answer in came if answer.pk in told]
    return shown


def _is_candidate(answer: Answer) -> bool:
    return [state.kind for state in answer.states.all()][-1:] != ["superseded"]


def _came(answer: Answer, assignment: Assignment) -> dict[str, Any]:
    states = list(answer.states.all())
    return {
        "answer": answer,
        "state": states[-1] if states else None,
        "counts": answer.pk == assignment.answer_id,
        "flags": [FLAG_WORDS[flag] for flag in answer.flags if flag in FLAG_WORDS],
        "minutes": round((answer.clock_offset or 0) / 60),
    }


@require_POST
@permitted("forms.fill")
def decide(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Choose an answer (`answer`), or for each field (`field-<path>`) the answer from which it is taken."""
    actor = request.actor  # type: ignore[attr-defined]
    if len(request.POST) > MOST_FIELDS:
        raise InvalidInput("forms.too_many_fields", zh="提交的内容过多", en="too much was sent")
    choices = {
        name.removeprefix("field-"): _number(value) for name, value in request.POST.items() if name.startswith("field-")
    }
    try:
        resolve_conflict(
            actor, assignment_id, _number(request.POST.get("answer", "")), choices,
            reason=request.POST.get("reason", ""), at=timezone.now(),
        )  # fmt: skip
    except InvalidInput as error:
        shown = _shown(request, assignment_id, error.text)
        return render(request, "forms/checklist.html", shown, status=400)
    return HttpResponseRedirect(reverse("forms:checklist", args=[assignment_id]))


def _number(text: str) -> int:
    """The number of an answer; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
