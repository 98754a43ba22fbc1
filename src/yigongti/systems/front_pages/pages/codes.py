"""Code conversions that a coder must decide, and what was decided."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yigongti.foundation.errors import NotFound, Text
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.front_pages import queries
from yigongti.systems.front_pages.actions.decide_code import decide_code
from yigongti.systems.front_pages.models import CodeQuestion
from yigongti.systems.front_pages.pages.columns import choices, language, word

KIND_WORDS = {"diagnosis": Text("诊断", "diagnosis"), "procedure": Text("手术及操作", "procedure")}


@permitted("front_pages.see")
def codes(request: HttpRequest) -> HttpResponse:
    """Open questions first, with their candidates; below, the decisions that the next check uses."""
    focus = focus_of(request)
    actor = request.actor  # type: ignore[attr-defined]
    questions = queries.open_questions(focus.institution_ids)
    decided = queries.decisions(focus.institution_ids)
    context = {
        "focus": focus,
        "questions": [
            {"question": q, "kind": word(KIND_WORDS, q.code_kind),
             "may_decide": actor.may("front_pages.decide_codes", q.institution_id)}
            for q in questions
        ],
        "open": len(questions),
        "decided": decided.count(),
        "occurrences": sum(question.occurrences for question in questions),
    }  # fmt: skip
    name = "institution__name_en" if language().startswith("en") else "institution__name"
    columns = [
        Column("code", _("Code of the clinical edition")),
        Column("insurance_code", _("Code of the insurance edition")),
        Column("code_kind", _("Kind of code"), choices=choices(KIND_WORDS), value=_kind),
        Column("reason", _("Reason")),
        Column(name, _("Institution")),
        Column("decided_by", _("Decided by")),
        Column("decided_at", _("Decided"), "instant"),
    ]
    table = Table("code-decisions", columns, order="-decided_at")
    return table.respond(request, decided, "front_pages/codes.html", context)


def _kind(row: Any) -> str:
    return word(KIND_WORDS, row["code_kind"])


@require_POST
@permitted("front_pages.decide_codes")
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Remember what the coder chose."""
    question = CodeQuestion.objects.filter(pk=number).select_related("institution").first()
    if question is None:
        raise NotFound(
            "front_pages.question_not_found", zh="没有这个待确认编码，或您无权查看",
            en="there is no such question, or it is not yours to see", where=str(number),
        )  # fmt: skip
    decide_code(
        request.actor, question, request.POST.get("insurance_code", ""),  # type: ignore[attr-defined]
        reason=request.POST.get("reason", ""), at=timezone.now(),
    )  # fmt: skip
    back = reverse("front_pages:codes") + f"?institution={question.institution.code}&month={focus_of(request).month}"
    return HttpResponseRedirect(back)
