"""JSON of the month's figures and of one case's path; the same permissions and rows as the pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from yigongti.foundation.errors import NotFound
from yigongti.foundation.trace import Step
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.presentation.focus import focus_of
from yigongti.systems.casemix_payment import queries
from yigongti.systems.casemix_payment.definitions import figures_of
from yigongti.systems.casemix_payment.explanation import explain_case
from yigongti.systems.casemix_payment.front_page import front_page


@permitted("casemix_payment.see")
def month(request: HttpRequest) -> HttpResponse:
    """The figures and sums of the institution and month in the address; amounts in yuan as text."""
    focus = focus_of(request)
    found = queries.published(focus.month)
    if found is None:
        raise NotFound("casemix.month_not_closed", zh="该月尚未月结", en="the month has not been closed yet")
    rows = queries.statement(request.actor, focus.month, focus.institution_ids)  # type: ignore[attr-defined]
    sums = queries.total(rows)
    return JsonResponse(
        {
            "month": str(focus.month),
            "institution": focus.institution.code if focus.institution else None,
            "figures": _texts(figures_of(sums)),
            "sums": _texts(sums),
            "release": found.release,
            "snapshot": found.snapshot,
            "scheme": {"name": found.scheme_name, "digest": found.scheme_digest},
        }
    )


@permitted("casemix_payment.see_cases")
def case(request: HttpRequest, institution_code: str, case_id: str) -> HttpResponse:
    """Group, pay and path of one case."""
    focus = focus_of(request)
    found = queries.the_case(request.actor, focus.month, institution_code, case_id)  # type: ignore[attr-defined]
    page = front_page(found, queries.published(focus.month))
    explained = explain_case(found, policy(), page.raw if page else None, alternatives=True)
    return JsonResponse(
        {
            "case_id": found.case_id,
            "month": found.month,
            "institution": institution_code,
            "mdc": found.mdc,
            "adrg": found.adrg,
            "drg": found.drg,
            "complication": found.complication,
            "reason": found.reason,
            "kind": found.kind,
            **_texts({n: getattr(found, n) for n in ("weight", "cost", "pay", "balance")}),
            "path": [_step(stair.step) for stair in explained.stairs],
            "price": [_step(step) for step in explained.price_steps],
            "would_change": [_step(step) for step in explained.alternatives],
        }
    )


def _step(step: Step) -> dict[str, Any]:
    return {
        "step": step.name,
        "zh": step.said.zh,
        "en": step.said.en,
        "evidence": list(step.evidence),
        "passed": step.passed,
        "source": step.source,
    }


def _texts(values: dict[str, Any]) -> dict[str, str | None]:
    return {name: None if value is None else str(value) for name, value in values.items()}
