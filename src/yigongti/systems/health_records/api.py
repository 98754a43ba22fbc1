"""JSON of what the pages say: one person's summary, the published counts; permissions and rows as on the pages."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.focus import focus_of
from yigongti.systems.health_records import queries
from yigongti.systems.health_records.pages.guarding import person_page
from yigongti.systems.health_records.pages.person import summary_of
from yigongti.systems.health_records.pages.shown import opened_record


@person_page
def person(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The first line, problems, allergies, medicines in use and latest results; identity as the page shows it."""
    found = opened_record(request, public_id, "page: record")
    summary = summary_of(found)
    return JsonResponse(
        {
            "person": str(found.resident.public_id),
            "why": found.why,
            "sentence": summary.sentence,
            "problems": [{"name": one.name, "code": one.code, "since": one.since.text} for one in summary.problems],
            "allergies": [{"name": one.name, "severe": one.is_severe} for one in summary.allergies.known],
            "no_known_allergy": summary.allergies.none_said is not None,
            "medicines": [
                {"name": one.name, "dose": one.dose, "since": one.since.text, "until": one.until}
                for one in summary.medicines
                if one.is_in_use
            ],
            "latest": [
                {
                    "name": one.name, "value": one.value, "unit": one.unit, "range": one.range, "flag": one.flag,
                    "when": one.when.text,
                }
                for one in summary.latest
            ],
            "totals": dict(summary.record.totals),
        }
    )  # fmt: skip


@permitted("overview.see")
def counts(request: HttpRequest) -> HttpResponse:
    """The published counts by institution and village; no person."""
    rows = queries.counts(focus_of(request).institution_ids)
    return JsonResponse(
        {
            "counts": [
                {
                    "institution": row.institution.code, "village": row.village_code, "registered": row.registered,
                    "with_record": row.with_record, "fresh": row.fresh, "complete": row.complete,
                    "doubtful": row.doubtful, "counted_at": row.counted_at.isoformat(),
                }
                for row in rows
            ]
        }
    )  # fmt: skip
