"""What is still to come: tasks, requests and plans that are open."""

from __future__ import annotations

from collections.abc import Iterable

from yigongti.kernel.records.reading.clinical import Line
from yigongti.kernel.records.reading.words import Json, coded, first_moment, moment, referred

_OPEN = {
    "Task": frozenset({"requested", "received", "accepted", "ready", "in-progress", "on-hold"}),
    "ServiceRequest": frozenset({"active", "on-hold"}),
    "CarePlan": frozenset({"active", "on-hold"}),
    "Appointment": frozenset({"proposed", "pending", "booked", "arrived"}),
}
TYPES = tuple(_OPEN)
_WHEN = {
    "Task": ("executionPeriod", "authoredOn"),
    "ServiceRequest": ("occurrenceDateTime", "occurrencePeriod", "authoredOn"),
    "CarePlan": ("period", "created"),
    "Appointment": ("start",),
}


def still_open(resources: Iterable[Json], language: str = "zh-hans") -> list[Line]:
    """Open tasks, requests, plans and appointments, the earliest first. kind: the resource's type; until: its end."""
    found = []
    for one in resources:
        kind = str(one.get("resourceType"))
        if one.get("status") not in _OPEN.get(kind, frozenset()):
            continue
        period = one.get("executionPeriod") or one.get("occurrencePeriod") or one.get("period") or {}
        found.append(
            Line(
                id=f"{kind}/{one.get('id', '')}",
                what=_name(one, language),
                state=str(one.get("status")),
                is_current=True,
                when=first_moment(one, _WHEN[kind]),
                until=moment(period.get("end")),
                detail=str(one.get("description", "")),
                who=referred(one.get("owner") or one.get("requester") or one.get("author")),
                kind=kind,
            )
        )
    return sorted(found, key=lambda line: line.when.sort_key if line.when else 0.0)


def _name(one: Json, language: str) -> str:
    for name in ("code", "serviceType", "category"):
        said = coded(one.get(name), language)
        if said:
            return said
    return str(one.get("title") or one.get("description") or "")
