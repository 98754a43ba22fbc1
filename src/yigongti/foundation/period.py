"""Periods as values: Month, Quarter, Year, each with its first and last day, its text and its neighbours."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from yigongti.foundation.errors import InvalidInput


def _not_a_period(text: str, expected_zh: str, expected_en: str) -> InvalidInput:
    return InvalidInput(
        "period.not_readable",
        zh=f"“{text}”不是有效的期间，请写成 {expected_zh}",
        en=f"“{text}” is not a period; write it as {expected_en}",
    )


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month. `str(Month(2026, 10))` is "2026-10"."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1 <= self.number <= 12 and 1900 <= self.year <= 2999):
            raise _not_a_period(f"{self.year}-{self.number}", "2026-10", "2026-10")

    @classmethod
    def parse(cls, text: str) -> Month:
        """Reads "2026-10". Raises InvalidInput otherwise."""
        match = re.fullmatch(r"([0-9]{4})-([0-9]{2})", text)
        if not match:
            raise _not_a_period(text, "2026-10", "2026-10")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    def plus(self, months: int) -> Month:
        """The month that many months later (earlier when negative)."""
        index = self.year * 12 + self.number - 1 + months
        return Month(index // 12, index % 12 + 1)

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    def in_language(self, language: str) -> str:
        """2026年10月 or October 2026."""
        if language.lower().startswith("en"):
            return f"{calendar.month_name[self.number]} {self.year}"
        return f"{self.year}年{self.number}月"


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A calendar quarter. `str(Quarter(2026, 3))` is "2026-Q3"."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1 <= self.number <= 4 and 1900 <= self.year <= 2999):
            raise _not_a_period(f"{self.year}-Q{self.number}", "2026-Q3", "2026-Q3")

    @classmethod
    def parse(cls, text: str) -> Quarter:
        match = re.fullmatch(r"([0-9]{4})-Q([1-4])", text)
        if not match:
            raise _not_a_period(text, "2026-Q3", "2026-Q3")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month - 1) // 3 + 1)

    @property
    def months(self) -> tuple[Month, Month, Month]:
        first = Month(self.year, self.number * 3 - 2)
        return first, first.plus(1), first.plus(2)

    @property
    def first_day(self) -> date:
        return self.months[0].first_day

    @property
    def last_day(self) -> date:
        return self.months[2].last_day

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        return f"{self.year:04d}-Q{self.number}"


@dataclass(frozen=True, slots=True, order=True)
class Year:
    """A calendar year."""

    number: int

    @property
    def months(self) -> tuple[Month, ...]:
        return tuple(Month(self.number, month) for month in range(1, 13))

    @property
    def first_day(self) -> date:
        return date(self.number, 1, 1)

    @property
    def last_day(self) -> date:
        return date(self.number, 12, 31)

    def __contains__(self, day: date) -> bool:
        return day.year == self.number

    def __str__(self) -> str:
        return f"{self.number:04d}"


def completed_years(born_on: date, day: date) -> int:
    """Age in completed years on that day; a birthday on 29 February is reached on 1 March in other years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
