"""What a resident reads, each within the resident's own scope: the database shows no other rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import QuerySet

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.people.models import Care, Opening, Resident
from yigongti.kernel.records.public import of_resident
from yigongti.kernel.records.reading import bills, medicines
from yigongti.kernel.records.reading.facts import Fact, Record
from yigongti.kernel.trail.models import View
from yigongti.kernel.trail.public import viewed, views_of
from yigongti.systems.resident_services.models import Objection

RECORD_TYPES = (
    "Condition", "AllergyIntolerance", *medicines.TYPES, "Encounter", "Immunization", "DocumentReference",
)  # fmt: skip
RESULT_TYPES = ("Observation",)
REPORT_TYPES = ("DiagnosticReport", "Observation")
BILL_TYPES = bills.TYPES
READING_KINDS = (
    Institution.Kind.COUNTY_HOSPITAL,
    Institution.Kind.TCM_HOSPITAL,
    Institution.Kind.MATERNAL_CHILD,
    Institution.Kind.TOWNSHIP_HOSPITAL,
    Institution.Kind.VILLAGE_CLINIC,
)
"""Kinds of institution that a resident may let see the record: those that treat."""


def registration(actor: Actor) -> Resident:
    """The resident's own registration."""
    return Resident.objects.select_related("institution", "household").get(pk=actor.resident_id)


def record_of(actor: Actor, types: Sequence[str], *, page: str, at: datetime) -> Record:
    """The facts of these types in the resident's record; the look goes into the trail as the resident's own."""
    viewed(actor, actor.resident_id, what=f"resident: {page}", why="self", at=at)
    return Record.of(Fact(resource) for resource in of_resident(actor.resident_id, list(types)))


def looks_of(actor: Actor) -> QuerySet[View]:
    """Who looked at the record, newest first, without the resident's own looks."""
    return views_of(actor.resident_id).exclude(by_resident_id=actor.resident_id)


def openings_of(actor: Actor) -> list[Opening]:
    """The openings of the record beyond care, newest first."""
    rows = Opening.objects.filter(resident_id=actor.resident_id).select_related("institution")
    return list(rows.order_by("-started_at", "-id"))


def objections_of(actor: Actor) -> dict[str, Objection]:
    """What the resident has objected to, by the look it is about."""
    return {one.about: one for one in Objection.objects.filter(resident_id=actor.resident_id)}


def care_of(actor: Actor, today: date) -> list[Care]:
    """Who cares for the resident today and so may see the record, consents left out."""
    rows = Care.objects.filter(
        resident_id=actor.resident_id, ended_at__isnull=True, valid_from__lte=today, valid_to__gte=today
    )
    return list(rows.exclude(kind=Care.Kind.CONSENT).select_related("institution", "team").order_by("institution_id"))


def consents_of(actor: Actor) -> list[Care]:
    """The consents that the resident gave, newest first."""
    rows = Care.objects.filter(resident_id=actor.resident_id, kind=Care.Kind.CONSENT)
    return list(rows.select_related("institution").order_by("-made_at", "-id"))


def institutions_to_choose(today: date) -> list[Institution]:
    """The institutions that treat, open today: hospitals first, village clinics last, each in the order of the tree."""
    rows = Institution.objects.filter(kind__in=READING_KINDS, valid_from__lte=today)
    found = [one for one in rows if one.valid_to is None or one.valid_to >= today]
    return sorted(found, key=lambda one: (READING_KINDS.index(Institution.Kind(one.kind)), one.pk))
