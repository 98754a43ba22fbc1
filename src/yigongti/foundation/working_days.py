"""Working days of China: by when something is due that must be done within so many of them.

Source: the State Council's yearly notice (国务院办公厅关于…部分节假日安排的通知): holidays, and weekend days worked in
exchange. Years that the package chinesecalendar knows come from it; a year in policy/calendar/<year>.yaml comes from
there, and stands above the package. For any other year Monday to Friday count, and the answer says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar

from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.policy import Policy

FOLDER = "calendar"


@dataclass(frozen=True, slots=True)
class Due:
    """The last day on which it is on time. holidays_known: whether the notice of every year on the way was known."""

    day: date
    holidays_known: bool


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked. holidays, worked: of the years of the policy; years: those years."""

    holidays: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    @classmethod
    def of(cls, policy: Policy) -> WorkingCalendar:
        """The calendar with the years that the policy adds. Raises PolicyError for a file that cannot be read."""
        holidays: set[date] = set()
        worked: set[date] = set()
        years: set[int] = set()
        for document in policy.documents(FOLDER):
            years.add(int(document.data["year"]))
            holidays |= {date.fromisoformat(day) for day in document.data["holidays"]}
            worked |= {date.fromisoformat(day) for day in document.data["worked"]}
        return cls(frozenset(holidays), frozenset(worked), frozenset(years))

    def is_worked(self, day: date) -> tuple[bool, bool]:
        """Whether the day is worked, and whether that is known or only its place in the week."""
        if day.year in self.years:
            return day in self.worked or (day.weekday() < 5 and day not in self.holidays), True
        try:
            return bool(chinese_calendar.is_workday(day)), True
        except NotImplementedError:  # the package's word for a year whose notice it does not have
            return day.weekday() < 5, False

    def due(self, start: date, days: int) -> Due:
        """The day that is `days` working days after `start` (which is not counted); 0: `start` itself, or the next
        working day when it is a holiday. Raises InvalidInput for a negative number."""
        if days < 0:
            raise InvalidInput("calendar.negative_days", zh="工作日数不能为负", en="working days cannot be negative")
        day, (worked, known) = start, self.is_worked(start)
        counted = 0
        while counted < days or (days == 0 and not worked):
            day += timedelta(days=1)
            worked, sure = self.is_worked(day)
            known = known and sure
            counted += worked
            if days == 0 and worked:
                break
        return Due(day, known)

    def working_days_until(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`; negative when `end` is before."""
        if end < start:
            return -self.working_days_until(end, start)
        return sum(self.is_worked(start + timedelta(days=n))[0] for n in range(1, (end - start).days + 1))
