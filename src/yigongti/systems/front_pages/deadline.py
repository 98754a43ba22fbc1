"""Until when a month's data are to be submitted: a working day of the next month, as the policy says.

Which days are worked: foundation/working_days.py. For a year whose notice of holidays is not known, Monday to Friday
count, and the answer says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.foundation.working_days import WorkingCalendar

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
    due = WorkingCalendar.of(policy).due(month.last_day, wanted)
    return Deadline(month, due.day, wanted, due.holidays_known)
