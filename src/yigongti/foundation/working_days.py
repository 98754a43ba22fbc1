"""Working days of China: by when something is due that must be done within so many of them.

Source: the State Council's yearly notice (国务院办公厅关于…部分节假日安排的通知): holidays, and weekend days worked in
exchange. Years that the package chinesecalendar knows come from it; a year in policy/calendar/<year>.yaml comes from
there, and stands above the package. For any other year Monday to Friday count, and the answer says so.

    year: 2027
    source: statutory-holidays-2024
    complete: no                       # yes once the year's notice, with its exchanged days, has been entered
    holidays: [2027-01-01, …]
    worked: []                         # weekend days that are worked
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import chinese_calendar

from yigongti.foundation.errors import InvalidInput, PolicyError
from yigongti.foundation.policy import Policy

FOLDER = "calendar"
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """The last day on which it is on time. holidays_known: whether the notice of every year on the way was known."""

    day: date
    holidays_known: bool


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked. holidays, worked: of the years that the policy adds; years: those years, and whether the
    whole notice of the year was entered."""

    holidays: frozenset[date]
    worked: frozenset[date]
    years: Mapping[int, bool]

    @classmethod
    def of(cls, policy: Policy) -> WorkingCalendar:
        """The calendar with the years that the policy adds, each file checked whole.

        Raises PolicyError: not readable, unknown source, a year in two files, a day of another year or twice, a worked
        day that is no weekend day.
        """
        holidays: set[date] = set()
        worked: set[date] = set()
        years: dict[int, bool] = {}
        for document in policy.documents(FOLDER):
            year, complete, off, on = _read_year(document.data, document.path)
            if year in years:
                raise _wrong(document.path, f"{year} 年在两个文件中", f"the year {year} stands in two files")
            if document.data.get("source") not in policy.sources:
                raise _wrong(document.path, "来源不存在", "its source is unknown")
            years[year] = complete
            holidays |= off
            worked |= on
        return cls(frozenset(holidays), frozenset(worked), years)

    def is_worked(self, day: date) -> tuple[bool, bool]:
        """Whether the day is worked, and whether that is known: False where the year's notice is not (wholly) known."""
        if day.year in self.years:
            return day in self.worked or (day.weekday() < 5 and day not in self.holidays), self.years[day.year]
        try:
            return bool(chinese_calendar.is_workday(day)), True
        except NotImplementedError:  # the package's word for a year whose notice it does not have
            return day.weekday() < 5, False

    def due(self, start: date, days: int) -> Due:
        """The day that is `days` working days after `start` (which is not counted); 0: `start` itself, or the next
        working day when it is none. Raises InvalidInput for a negative number."""
        if days < 0:
            raise InvalidInput("calendar.negative_days", zh="工作日数不能为负", en="working days cannot be negative")
        day = start - _ONE_DAY if days == 0 else start
        known = True
        for _ in range(max(days, 1)):
            worked = False
            while not worked:
                day += _ONE_DAY
                worked, sure = self.is_worked(day)
                known = known and sure
        return Due(day, known)

    def working_days_until(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`; negative when `end` is before."""
        if end < start:
            return -self.working_days_until(end, start)
        return sum(self.is_worked(start + timedelta(days=n))[0] for n in range(1, (end - start).days + 1))


def _read_year(data: Any, path: str) -> tuple[int, bool, set[date], set[date]]:
    """Year, whether its notice is complete, holidays and worked weekend days of one file."""
    if not isinstance(data, Mapping):
        raise _wrong(path, "文件是空的", "the file is empty")
    year = str(data.get("year", ""))
    if not (year.isascii() and year.isdigit() and 2000 <= int(year) <= 2999):
        raise _wrong(path, f"year“{year}”不是年份", f"“{year}” is not a year")
    if data.get("complete") not in ("yes", "no"):
        raise _wrong(path, "complete 应为 yes 或 no（放假通知是否已全部录入）", "`complete` must be yes or no")
    holidays, worked = (_days(data.get(name), name, int(year), path) for name in ("holidays", "worked"))
    if both := holidays & worked:
        raise _wrong(path, f"{min(both)} 既放假又上班", f"{min(both)} is both a holiday and worked")
    if on_week_days := {day for day in worked if day.weekday() < 5}:
        day = min(on_week_days)
        raise _wrong(path, f"{day} 不是周末，不应列为调休上班", f"{day} is no weekend day: it is worked anyway")
    return int(year), data["complete"] == "yes", holidays, worked


def _days(listed: Any, name: str, year: int, path: str) -> set[date]:
    if not isinstance(listed, list):
        raise _wrong(path, f"{name} 应为日期清单", f"`{name}` must be a list of days")
    days: set[date] = set()
    for text in listed:
        try:
            day = date.fromisoformat(str(text))
        except ValueError:
            raise _wrong(path, f"“{text}”不是日期，请写成 {year}-01-31", f"“{text}” is not a date") from None
        if day.year != year:
            raise _wrong(path, f"{day} 不属于 {year} 年", f"{day} is not a day of {year}")
        if day in days:
            raise _wrong(path, f"{day} 写了两次", f"{day} stands twice")
        days.add(day)
    return days


def _wrong(path: str, zh: str, en: str) -> PolicyError:
    return PolicyError("calendar.year", zh=f"放假安排有误：{zh}", en=f"a year of holidays is wrong: {en}", where=path)
