"""Days and instants as FHIR R4 writes them (datatypes: date, dateTime, instant, Period).

They may be known to the year or the month only, and stay so. Instants are shown in the county's time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from yigongti.kernel.records.reading.elements import Resource, at

COUNTY_TIME = timezone(timedelta(hours=8))
"""Asia/Shanghai, which has known no summer time since 1991."""
_DATE_TIME = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(T.+)?)?)?")


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A point in time as far as it is known; NEVER, which is false, where nothing is.

    sort_key: for order, the first second that it can be. day: the first day that it can be. text: as tables show it, in
    the county's time ("2026-10-03 14:05"). precision: "year", "month", "day", "minute", or "" of NEVER.
    """

    sort_key: float
    day: date
    text: str = ""
    precision: str = ""

    def __bool__(self) -> bool:
        return self.is_known

    @property
    def is_known(self) -> bool:
        return bool(self.precision)

    @property
    def written_day(self) -> str:
        """As tables show it, without the time of day."""
        return self.text[:10]

    @property
    def of_day(self) -> Moment:
        """The same without hour and minute."""
        return replace(self, precision="day", text=self.written_day) if self.precision == "minute" else self

    def in_language(self, language: str) -> str:
        """2026年10月3日 14:05, 2026年10月, 2026年; 2026-10-03 14:05 in English."""
        if not self or language.lower().startswith("en"):
            return self.text
        year, month, day = self.day.year, self.day.month, self.day.day
        said = {"year": f"{year}年", "month": f"{year}年{month}月"}.get(self.precision, f"{year}年{month}月{day}日")
        return said + self.text[10:]


NEVER = Moment(float("-inf"), date.min)


def moment(text: Any) -> Moment:
    """Reads a FHIR date, dateTime or instant; NEVER for what is none."""
    match = _DATE_TIME.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return NEVER
    year, month, day, time = match.groups()
    try:
        if time:
            instant = datetime.fromisoformat(text.replace("Z", "+00:00"))
            instant = instant.astimezone(COUNTY_TIME) if instant.tzinfo else instant.replace(tzinfo=COUNTY_TIME)
            return Moment(instant.timestamp(), instant.date(), f"{instant:%Y-%m-%d %H:%M}", "minute")
        first = datetime(int(year), int(month or 1), int(day or 1), tzinfo=COUNTY_TIME)
        return Moment(first.timestamp(), first.date(), text, "day" if day else "month" if month else "year")
    except (ValueError, OverflowError):
        return NEVER


def first_moment(resource: Resource, paths: Iterable[str]) -> Moment:
    """The first of these elements that tells a time; a Period tells its start, else its end."""
    for path in paths:
        value = at(resource, path)
        if isinstance(value, dict):
            value = value.get("start") or value.get("end")
        found = moment(value)
        if found:
            return found
    return NEVER


_WHEN_PATHS = (
    "effectiveDateTime", "effectiveInstant", "effectivePeriod", "period", "performedDateTime", "performedPeriod",
    "occurrenceDateTime", "occurrencePeriod", "authoredOn", "authored", "whenHandedOver", "whenPrepared",
    "onsetDateTime", "onsetPeriod", "recordedDate", "recorded", "started", "date", "created", "issued", "dateTime",
    "startDate", "meta.lastUpdated",
)  # fmt: skip
"""Where resources of the supported types say when it was; the first that is there counts."""


def when_of(resource: Resource) -> Moment:
    """When what the resource tells happened."""
    return first_moment(resource, _WHEN_PATHS)
