"""Until when a month's data are to be submitted: a working day of the next month, as the policy says.

Working days: the State Council's yearly notice of holidays and shifted working days, as the package chinesecalendar
holds it. For a year that it does not know yet, Monday to Friday count, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar

from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy

PARAMETER = "front_pages.submission_deadline_days"


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day on which the month's data are on time. holidays_known: whether the year's holidays were known."""

    month: Month
    day: date
    working_days: int
    holidays_known: bool

    def is_met_by(self, submitted_on: date) -> bool:
        return submitted_on <= self.day


def deadline_of(month: Month, policy: Policy) -> Deadline:
    """The month's deadline. Raises PolicyError when no number of days is in force at the month's end."""
    wanted = int(policy.value(PARAMETER, on=month.last_day))  # type: ignore[arg-type]
    days = _days_after(month.last_day)
    known = True
    counted = 0
    day = month.last_day
    while counted < wanted:
        day = next(days)
        working, sure = _is_working_day(day)
        known, counted = known and sure, counted + working
    return Deadline(month, day, wanted, known)


def _days_after(day: date) -> Iterator[date]:
    while True:
        day += timedelta(days=1)
        yield day


def _is_working_day(day: date) -> tuple[bool, bool]:
    try:
        return bool(chinese_calendar.is_workday(day)), True
    except NotImplementedError:  # the package's word for a year whose notice it does not have
        return day.weekday() < 5, False
