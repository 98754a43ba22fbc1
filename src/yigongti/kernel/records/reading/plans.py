"""What is still to come: tasks, requests and plans that are open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yigongti.kernel.records.reading.elements import Resource, display, words
from yigongti.kernel.records.reading.facts import Fact
from yigongti.kernel.records.reading.moments import Moment, first_moment

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
_ENDS = ("executionPeriod.end", "occurrencePeriod.end", "period.end")


@dataclass(frozen=True, slots=True)
class Plan:
    """One thing to come. when, until: its first and last day; who: in whose hands it is."""

    fact: Fact
    what: str
    when: Moment
    until: Moment
    detail: str
    who: str


def still_open(facts: Iterable[Fact]) -> list[Plan]:
    """Open tasks, requests, plans and appointments, the earliest first."""
    found = [_plan(fact) for fact in facts if fact.resource.get("status") in _OPEN.get(fact.type, ())]
    return sorted(found, key=lambda plan: plan.when)


def _plan(fact: Fact) -> Plan:
    resource = fact.resource
    owners = (display(resource.get(element)) for element in ("owner", "requester", "author"))
    return Plan(
        fact,
        _name(resource),
        first_moment(resource, _WHEN[fact.type]),
        first_moment(resource, _ENDS),
        str(resource.get("description") or ""),
        next(filter(None, owners), ""),
    )


def _name(resource: Resource) -> str:
    coded = (words(resource.get(element)) for element in ("code", "serviceType", "category"))
    return next(filter(None, coded), "") or str(resource.get("title") or resource.get("description") or "")
