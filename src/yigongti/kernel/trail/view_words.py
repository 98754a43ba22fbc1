"""The words in which views of records are shown to residents and to those who guard them.

Lines hold codes, so that each reader gets the own language: "fhir: Observation, Patient" is a channel with kinds of
facts, "encounter 12" a relation with its number. What is not known here is shown as it is.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigongti.kernel.people.models import Care, Opening

FACTS: dict[str, Any] = {
    "record": _("the whole record"),
    "export": _("an export"),
    "Patient": _("personal particulars"),
    "Person": _("personal particulars"),
    "Coverage": _("insurance"),
    "Consent": _("consents"),
    "Encounter": _("visits and stays"),
    "Condition": _("diagnoses"),
    "Observation": _("results and measurements"),
    "Procedure": _("operations and procedures"),
    "AllergyIntolerance": _("allergies"),
    "MedicationRequest": _("prescriptions"),
    "MedicationDispense": _("dispensed medicines"),
    "Immunization": _("immunisations"),
    "DiagnosticReport": _("reports of examinations"),
    "ImagingStudy": _("images"),
    "ServiceRequest": _("orders and referrals"),
    "Specimen": _("specimens"),
    "CarePlan": _("care plans"),
    "Goal": _("goals of care"),
    "Task": _("tasks"),
    "QuestionnaireResponse": _("filled-in forms"),
    "DocumentReference": _("documents"),
    "FamilyMemberHistory": _("illnesses in the family"),
    "Provenance": _("where entries come from"),
    "bill": _("the lines of a bill"),
}
CHANNELS: dict[str, Any] = {"fhir": _("by interface"), "page": _("on the page"), "hl7v2": _("by message")}
RIGHTS: dict[str, Any] = {
    **{kind.value: kind.label for kind in Care.Kind},
    **{kind.value: kind.label for kind in Opening.Kind},
    "public_health": _("Public health of the county"),
    "claim_check": _("Checking of claims"),
}


def told_what(what: str) -> str:
    """What was looked at, in the user's language."""
    parts = []
    for part in filter(None, what.split("; ")):
        channel, colon, facts = part.rpartition(": ")
        told = list(dict.fromkeys(str(FACTS.get(fact, fact)) for fact in facts.split(", ")))
        parts.append(f"{CHANNELS.get(channel, channel)}{colon}{', '.join(told)}")
    return "; ".join(parts)


def told_why(why: str) -> str:
    """By which right, in the user's language: the relation's name, and its number where one was told."""
    parts = re.split(r"(; |, )", why)
    return "".join(part if place % 2 else _right(part) for place, part in enumerate(parts))


def _right(part: str) -> str:
    name, space, number = part.partition(" ")
    return f"{RIGHTS.get(name, name)}{space}{number}"
