"""An encounter is a reason to see a record: who treats somebody cares for them, until some days after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from yigongti.kernel.people.limits import limit
from yigongti.kernel.people.public import care_by_encounter
from yigongti.kernel.records.bundles import Work
from yigongti.kernel.records.writing import Draft

_REAL = frozenset({"arrived", "triaged", "in-progress", "onleave", "finished"})
"""Encounters that took place; what is planned, cancelled or entered in error gives nobody a reason."""


def care_for_encounters(drafts: Sequence[Draft], work: Work) -> None:
    """Let the institution care for the residents of the encounters that were written."""
    today = timezone.localdate(work.at)
    for draft in drafts:
        if draft.type != "Encounter" or draft.resource is None or draft.resident_id is None:
            continue
        if draft.resource.get("status") not in _REAL:
            continue
        period = draft.resource.get("period", {})
        first, last = _day(period.get("start")) or today, _day(period.get("end"))
        if draft.before is None and last and last + timedelta(days=_days_after(today)) < today:
            continue  # long over: nobody cares for anybody because of it
        care_by_encounter(
            draft.resident_id, draft.institution_id, f"Encounter/{draft.fhir_id}", first, last, work.actor, work.at
        )


def _days_after(today: date) -> int:
    return limit("records.days_after_discharge", today)


def _day(text: str | None) -> date | None:
    """The county's day of a dateTime; the first day of a month or a year."""
    if not text:
        return None
    if "T" in text:
        return timezone.localdate(datetime.fromisoformat(text))
    year, month, day = (*text.split("-"), "01", "01")[:3]
    return date(int(year), int(month), int(day))
