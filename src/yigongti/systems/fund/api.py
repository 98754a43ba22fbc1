"""JSON of the fund's state; the same permission and rows as the page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.focus import focus_of
from yigongti.systems.fund import queries


@permitted("fund.see")
def state(request: HttpRequest) -> HttpResponse:
    """The year of each community as it looked at the end of the month; amounts in yuan as text."""
    focus = focus_of(request)
    month = queries.published(focus.month)
    if month is None:
        raise NotFound("fund.month_not_closed", zh="该月尚未月结", en="the month has not been closed yet")
    spent = queries.summed(queries.spending(focus.institution_ids, [focus.month]), "category")
    return JsonResponse(
        {
            "month": str(focus.month),
            "institution": focus.institution.code if focus.institution else None,
            "spending": {row["category"]: str(row["pool"]) for row in spent},
            "communities": [
                {
                    "code": found.institution.code,
                    **_texts({name: getattr(found, name) for name in
                              ("quota", "settled", "late", "coming", "expected", "low", "high", "run_out_on")}),
                    "method": found.method,
                }
                for found in queries.years(focus.institution_ids, focus.month)
            ],
            "release": month.release,
            "snapshot": month.snapshot_digest,
        }
    )  # fmt: skip


def _texts(values: dict[str, Any]) -> dict[str, str | None]:
    return {name: None if value is None else str(value) for name, value in values.items()}
