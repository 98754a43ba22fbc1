"""Reading the elements of FHIR R4 resources: words of a coded concept, days and instants, quantities, references.

Nothing here fails on a resource that lacks an element: what is not there reads as empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

Resource = dict[str, Any]

CHINA = timezone(timedelta(hours=8))
"""Asia/Shanghai, which has known no summer time since 1991: instants are shown in it."""
UNKNOWN_DAY = date(1, 1, 1)

_DATE_TIME = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(T.+)?)?)?$")


@dataclass(frozen=True, slots=True, order=True)
class When:
    """A day or an instant as FHIR writes it, perhaps only a year or a month. day: its first day, for order; text: as it
    is shown, in the county's time."""

    day: date = UNKNOWN_DAY
    text: str = ""

    @property
    def is_known(self) -> bool:
        return self.day != UNKNOWN_DAY

    @property
    def written_day(self) -> str:
        """Without the time of day."""
        return self.text[:10]


NEVER = When()


def when(text: Any) -> When:
    """Reads a FHIR date, dateTime or instant; NEVER for what is none."""
    match = _DATE_TIME.match(text) if isinstance(text, str) else None
    if match is None:
        return NEVER
    year, month, day, time = match.groups()
    try:
        if time:
            moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
            moment = moment.astimezone(CHINA) if moment.tzinfo else moment
            return When(moment.date(), f"{moment:%Y-%m-%d %H:%M}")
        return When(date(int(year), int(month or 1), int(day or 1)), text)
    except ValueError:
        return NEVER


_WHEN_PATHS = (
    "effectiveDateTime", "effectiveInstant", "effectivePeriod.start", "period.start", "performedDateTime",
    "performedPeriod.start", "occurrenceDateTime", "occurrencePeriod.start", "authoredOn", "authored", "whenHandedOver",
    "whenPrepared", "onsetDateTime", "onsetPeriod.start", "recordedDate", "started", "date", "created", "issued",
    "dateTime", "startDate", "meta.lastUpdated",
)  # fmt: skip
"""Where resources of the supported types say when it was; the first that is there counts."""


def at(resource: Resource, path: str) -> Any:
    """The element at a path of keys joined by points, through single objects; None where it ends."""
    found: Any = resource
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found


def when_of(resource: Resource) -> When:
    """When what the resource tells happened."""
    for path in _WHEN_PATHS:
        found = when(at(resource, path))
        if found.is_known:
            return found
    return NEVER


def every(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of an element that may be a list, an object, or missing."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        yield from (part for part in value if isinstance(part, dict))


def words(concept: Any) -> str:
    """The text of a CodeableConcept (or the first of several): what was written, else a code's name, else the code."""
    for found in every(concept):
        if found.get("text"):
            return str(found["text"])
        for coding in every(found.get("coding")):
            if coding.get("display"):
                return str(coding["display"])
        for coding in every(found.get("coding")):
            if coding.get("code"):
                return str(coding["code"])
    return ""


def codes(concept: Any) -> set[str]:
    """All codes of a CodeableConcept, whatever their system."""
    return {
        str(coding["code"]) for found in every(concept) for coding in every(found.get("coding")) if coding.get("code")
    }


def key_of(concept: Any) -> str:
    """What two resources share that are about the same thing: the first code, else the text."""
    for found in every(concept):
        for coding in every(found.get("coding")):
            if coding.get("code"):
                return f"{coding.get('system', '')}|{coding['code']}"
    return words(concept)


def display(reference: Any) -> str:
    """How a Reference names what it points to, if it does."""
    for found in every(reference):
        if found.get("display"):
            return str(found["display"])
    return ""


def number(value: Any) -> Decimal | None:
    """A number as it was written, with every digit; None for none."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return value if isinstance(value, Decimal) else Decimal(str(value))


def quantity(value: Any) -> tuple[Decimal | None, str]:
    """Number and unit of a Quantity."""
    for found in every(value):
        return number(found.get("value")), str(found.get("unit") or found.get("code") or "")
    return None, ""


def plain(value: Decimal) -> str:
    """A number without an exponent, as many digits as it has."""
    return f"{value:f}"


def is_mistaken(resource: Resource) -> bool:
    """Entered in error or refuted: no page counts it as a fact of the person."""
    verification = codes(resource.get("verificationStatus"))
    return resource.get("status") == "entered-in-error" or bool(verification & {"entered-in-error", "refuted"})
