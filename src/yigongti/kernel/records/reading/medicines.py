"""Medicines in use: prescriptions that are active and have not run out, what is taken, what was handed out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from yigongti.kernel.records.reading.elements import (
    Resource,
    amount,
    at,
    display,
    every,
    first_of,
    key_of,
    number_of,
    quantity,
    shown,
    words,
)
from yigongti.kernel.records.reading.facts import Fact
from yigongti.kernel.records.reading.moments import Moment, first_moment

TYPES = ("MedicationRequest", "MedicationStatement", "MedicationDispense")
IN_USE = frozenset({"active", "on-hold", "intended"})
NEVER_TAKEN = frozenset({"cancelled", "draft", "not-taken", "declined"})
"""States of an order, a statement or a dispense that nothing came of."""


@dataclass(frozen=True, slots=True)
class Medicine:
    """One medicine. dose: as it was ordered; until: the last day for which there is some, None where nothing says."""

    fact: Fact
    name: str
    dose: str
    since: Moment
    until: date | None
    is_in_use: bool
    by: str = ""

    @property
    def was_taken(self) -> bool:
        """Whether anything came of it: not a cancelled order or a draft."""
        return self.fact.resource.get("status") not in NEVER_TAKEN


def medicines_of(facts: Iterable[Fact], today: date) -> list[Medicine]:
    """Each medicine once, by its newest order or statement; those in use first. A dispense prolongs an order."""
    handed_out: dict[str, date] = {}
    newest: dict[str, Fact] = {}
    dispensed: dict[str, Fact] = {}
    for fact in facts:
        key = _key(fact.resource)
        if not key:
            continue
        if fact.type == "MedicationDispense":
            lasts = _lasts_to(fact.resource, fact.when)
            if lasts is not None:
                handed_out[key] = max(lasts, handed_out.get(key, lasts))
            dispensed.setdefault(key, fact)
        elif key not in newest or fact.when > newest[key].when:
            newest[key] = fact
    orders = {**dispensed, **newest}
    found = [_medicine(fact, handed_out.get(key), today) for key, fact in orders.items()]
    found.sort(key=lambda medicine: medicine.since, reverse=True)
    return sorted(found, key=lambda medicine: not medicine.is_in_use)


def medicine_name(resource: Resource) -> str:
    """How the medicine is called, where it is named here or in a Medication sent along."""
    inside = (words(one.get("code")) for one in every(resource.get("contained")) if one.get("code"))
    return (
        words(resource.get("medicationCodeableConcept"))
        or display(resource.get("medicationReference"))
        or next(inside, "")
    )


def _key(resource: Resource) -> str:
    return key_of(resource.get("medicationCodeableConcept")) or medicine_name(resource)


def _medicine(fact: Fact, handed_out_to: date | None, today: date) -> Medicine:
    resource = fact.resource
    own = _lasts_to(resource, fact.when)
    until = max((day for day in (own, handed_out_to) if day is not None), default=None)
    status = resource.get("status", "")
    still = status in IN_USE if fact.type != "MedicationDispense" else until is not None
    return Medicine(
        fact,
        medicine_name(resource),
        dose_of(resource),
        fact.when,
        until,
        is_in_use=still and (until is None or until >= today),
        by=display(resource.get("requester")) or display(resource.get("informationSource")),
    )


def _lasts_to(resource: Resource, since: Moment) -> date | None:
    """The last day for which the order or what was handed out is meant."""
    end = first_moment(resource, ("dispenseRequest.validityPeriod.end", "effectivePeriod.end"))
    if end:
        return end.day
    days = _days(at(resource, "dispenseRequest.expectedSupplyDuration")) or _days(resource.get("daysSupply"))
    return since.day + timedelta(days=days) if days and since else None


def _days(duration: Any) -> int:
    value, unit = quantity(duration)
    if value is None:
        return 0
    per = {"wk": 7, "week": 7, "weeks": 7, "周": 7, "mo": 30, "month": 30, "月": 30}.get(unit.lower(), 1)
    return min(int(value * per), 3_650)


def dose_of(resource: Resource) -> str:
    """The dosage as it was written; where it is only coded, dose and times a day."""
    said = []
    for dosage in [*every(resource.get("dosageInstruction")), *every(resource.get("dosage"))]:
        said.append(str(dosage.get("text") or "") or _coded_dose(dosage))
    return "；".join(text for text in said if text)


def _coded_dose(dosage: Resource) -> str:
    repeat = first_of(at(dosage, "timing.repeat"))
    often = words(at(dosage, "timing.code"))
    period = number_of(repeat.get("period", 1))
    if not often and repeat.get("frequency") and period is not None:
        unit = str(repeat.get("periodUnit", "d"))
        often = _often(unit) % {"times": repeat["frequency"], "period": shown(period), "unit": unit}
    dose = amount(first_of(dosage.get("doseAndRate")).get("doseQuantity"))
    return " ".join(part for part in (dose, often, words(dosage.get("route"))) if part)


def _often(unit: str) -> str:
    return {
        "h": _("%(times)s times every %(period)s h"),
        "d": _("%(times)s times every %(period)s d"),
        "wk": _("%(times)s times every %(period)s wk"),
    }.get(unit, "%(times)s×/%(period)s%(unit)s")
