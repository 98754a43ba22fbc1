"""JSON of the month's sums by check; the same permissions and rows as the pages. The preview is preview_api.py."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.focus import focus_of
from yigongti.systems.claim_checks import queries


@permitted("claim_checks.see")
def month(request: HttpRequest) -> HttpResponse:
    """Findings, bills and yuan by check of the institution and month in the address; amounts in yuan as text."""
    focus = focus_of(request)
    found = queries.checked(focus.month)
    if found is None:
        raise NotFound("claim_checks.month_not_checked", zh="该月尚未审核", en="the month has not been checked yet")
    rows = queries.sums(request.actor, [focus.month], focus.institution_ids)  # type: ignore[attr-defined]
    return JsonResponse(
        {
            "month": str(focus.month),
            "institution": focus.institution.code if focus.institution else None,
            "checks": [
                {**row, "amount": str(row["amount"]), "counted": str(row["counted"])}
                for row in queries.summed(rows, "check_id", "strength")
            ],
            "release": found.release,
            "snapshot": found.snapshot,
            "months_read": found.months_read,
            "checks_digest": found.checks_digest,
        }
    )
