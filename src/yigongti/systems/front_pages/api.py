"""JSON of the board, of a month's quality and of one page's defects; the same permissions and rows as the pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.focus import focus_of
from yigongti.systems.front_pages import queries
from yigongti.systems.front_pages.models import Submission
from yigongti.systems.front_pages.rule_words import rules_by_id


@permitted("front_pages.see")
def board(request: HttpRequest) -> HttpResponse:
    """What is in force of the month: institution → kind → rows, amount in yuan as text, version, receipt, instant."""
    focus = focus_of(request)
    rows = queries.submissions(focus.institution_ids).filter(month=str(focus.month), state=Submission.State.COMMITTED)
    found: dict[str, dict[str, Any]] = {
        institution.code: {} for institution in queries.submitting_institutions(focus.institution_ids, focus.month)
    }
    for row in rows:
        found.setdefault(row.institution.code, {})[row.kind] = {
            "rows": row.rows, "amount": str(row.amount), "version": row.version, "digest": row.digest,
            "receipt": row.receipt_number, "committed_at": row.committed_at,
        }  # fmt: skip
    return JsonResponse({"month": str(focus.month), "institutions": found})


@permitted("front_pages.see")
def quality(request: HttpRequest) -> HttpResponse:
    """Sums and rates of the institution and month in the address; shares of 1 and points as text."""
    focus = focus_of(request)
    sums = queries.added_up(queries.summaries(request.actor, focus.month, focus.institution_ids))  # type: ignore[attr-defined]
    judged = queries.judged(focus.month)
    figures = {name: None if value is None else str(value) for name, value in queries.rates(sums).items()}
    return JsonResponse(
        {
            "month": str(focus.month), "institution": focus.institution.code if focus.institution else None,
            "sums": {name: str(value) for name, value in sums.items()}, "figures": figures,
            "release": judged.release if judged else None, "snapshot": judged.snapshot_digest if judged else None,
        }
    )  # fmt: skip


@permitted("front_pages.see")
def page(request: HttpRequest, institution_code: str, case_id: str) -> HttpResponse:
    """Score and defects of one page, with the words of the rules; nothing that tells whose page it is."""
    focus = focus_of(request)
    found = queries.the_page(request.actor, focus.month, institution_code, case_id)  # type: ignore[attr-defined]
    rules = rules_by_id(focus.month)
    told = []
    for defect in queries.defects_of(found):
        rule = rules.get(defect.rule)
        words = {part: {"zh": getattr(rule, part).zh, "en": getattr(rule, part).en} for part in ("wrong", "mend")}
        told.append(
            {"rule": defect.rule, "column": defect.column, "severity": defect.severity, "item": defect.item,
             "deducts": str(defect.deducts), **(words if rule else {})}
        )  # fmt: skip
    return JsonResponse(
        {
            "case_id": found.case_id, "month": found.month, "institution": institution_code,
            "score": str(found.score), "grade": found.grade, "passes": found.passes, "complete": found.complete,
            "suggestions": found.suggestions, "defects": told,
        }
    )  # fmt: skip
