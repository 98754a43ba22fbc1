"""A date or time of FHIR as the stretch of time that it stands for: 2026-10 is all of October.

Stretches are half open, [low, high), in UTC. What has no time zone is a day of China (UTC+8, all year).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)  # the low end of a period without a start
END_OF_TIME = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)  # the high end of a period without an end

Stretch = tuple[datetime, datetime]

# also what may be searched for but not stored: minutes without seconds, times without a zone
_parts = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII
).fullmatch


def stretch_of(text: str) -> Stretch:
    """The stretch of time that a date, dateTime or instant stands for. ValueError if it is none."""
    match = _parts(text)
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    if hour is None:
        return _days(int(year), month, day)
    low = datetime(
        int(year), int(month), int(day), int(hour), int(minute), min(int(second or 0), 59),
        int((fraction or "0")[:6].ljust(6, "0")), tzinfo=_zone(zone),
    )  # fmt: skip
    if second is None:
        width = timedelta(minutes=1)
    elif fraction is None:
        width = timedelta(seconds=1)
    else:
        width = timedelta(microseconds=10 ** (6 - min(len(fraction), 6)))
    return _in_utc(low), _in_utc(low, width)


def _days(year: int, month: str | None, day: str | None) -> Stretch:
    low = datetime(year, int(month or 1), int(day or 1), tzinfo=CHINA)
    if day is not None:
        return _in_utc(low), _in_utc(low, timedelta(days=1))
    if month is None or month == "12":
        high = None if year == 9999 else datetime(year + 1, 1, 1, tzinfo=CHINA)
    else:
        high = datetime(year, int(month) + 1, 1, tzinfo=CHINA)
    return _in_utc(low), END_OF_TIME if high is None else high.astimezone(UTC)


def _zone(text: str | None) -> timezone:
    if text is None:
        return CHINA
    if text == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[4:6])))


def _in_utc(moment: datetime, later: timedelta = timedelta(0)) -> datetime:
    """The moment in UTC; beyond the calendar's ends, the end."""
    try:
        return (moment + later).astimezone(UTC)
    except OverflowError:
        return BEGINNING if moment.year < 5000 else END_OF_TIME


def period_of(start: str | None, end: str | None) -> Stretch:
    """The stretch of a Period: open where it says nothing."""
    low = BEGINNING if start is None else stretch_of(start)[0]
    high = END_OF_TIME if end is None else stretch_of(end)[1]
    return low, high
