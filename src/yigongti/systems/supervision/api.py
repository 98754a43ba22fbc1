"""The machine's view of a case: where it is, what was found, what was ruled and recovered."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from yigongti.kernel.access.guard import permitted
from yigongti.systems.supervision import queries


@permitted("supervision.see")
def case(request: HttpRequest, number: int) -> JsonResponse:
    """One case with its findings and recoveries."""
    found = queries.the_case(request.actor, number)  # type: ignore[attr-defined]
    return JsonResponse(
        {
            "number": found.number,
            "institution": found.institution.code,
            "source": found.source,
            "source_key": found.source_key,
            "month": found.month,
            "state": found.state,
            "outcome": found.outcome,
            "amount_claimed": str(found.amount_claimed),
            "amount_ruled": None if found.amount_ruled is None else str(found.amount_ruled),
            "findings": [
                {
                    "said": {"zh": each.said_zh, "en": each.said_en},
                    "amount": str(each.amount),
                    "check": each.check_id,
                    "evidence": each.evidence,
                }
                for each in found.findings.all()
            ],
            "recoveries": [
                {"key": each.key, "amount": str(each.amount), "month": each.month, "state": each.state}
                for each in found.recoveries.order_by("id")
            ],
        }
    )
