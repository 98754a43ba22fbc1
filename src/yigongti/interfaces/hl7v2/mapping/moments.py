"""Times of HL7 v2 (TS, DTM, DT, TM) as FHIR writes them, with the precision that they were given in.

YYYY[MM[DD[HH[MM[SS[.SSSS]]]]]][+/-ZZZZ]. FHIR knows year, month, day and full time; hours or minutes without seconds
become full times. A time without a zone is on the clock of the county.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone

from yigongti.interfaces.hl7v2.local_choices import read_offset

_STAMP = re.compile(
    r"(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,6})\d*)?)?)?)?)?)?([+-]\d{4})?"
)
_CLOCK = re.compile(r"(\d{2})(?::?(\d{2})(?::?(\d{2})(\.\d+)?)?)?([+-]\d{4})?")


def moment(text: str, clock: timezone) -> datetime | None:
    """The aware moment, for stamps with at least an hour; None when it is none."""
    match = _STAMP.fullmatch(text.strip())
    if not match or not match[4]:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    try:
        zone = read_offset(match[8]) if match[8] else clock
        return datetime(year, month, day, hour, minute, second, int((match[7] or "0").ljust(6, "0")), tzinfo=zone)
    except ValueError:
        return None


def date_time(text: str, clock: timezone) -> str | None:
    """FHIR dateTime: as precise as the stamp; None when it is none (00000000 included)."""
    match = _STAMP.fullmatch(text.strip())
    if not match:
        return None
    if match[4]:
        at = moment(text, clock)
        return at.isoformat() if at else None
    return day(text)


def instant(text: str, clock: timezone) -> str | None:
    """FHIR instant: only a stamp with a time is one."""
    at = moment(text, clock)
    return at.isoformat() if at else None


def day(text: str) -> str | None:
    """FHIR date: year, month or day; what is more precise is cut to the day."""
    match = _STAMP.fullmatch(text.strip())
    if not match:
        return None
    year, month, in_month = match[1], match[2], match[3]
    try:
        datetime(int(year), int(month or 1), int(in_month or 1))  # noqa: DTZ001 - only asks whether there is such a day
    except ValueError:
        return None
    return "-".join(part for part in (year, month, in_month) if part)


def time_of_day(text: str) -> str | None:
    """FHIR time, from TM."""
    match = _CLOCK.fullmatch(text.strip())
    if not match or int(match[1]) > 23 or int(match[2] or 0) > 59 or int(match[3] or 0) > 59:
        return None
    return f"{match[1]}:{match[2] or '00'}:{match[3] or '00'}"
