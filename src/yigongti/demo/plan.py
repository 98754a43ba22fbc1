"""What a demo county is asked to be."""

from __future__ import annotations

from dataclasses import dataclass

from yigongti.foundation.period import Month

LAST_MONTH = Month(2026, 10)


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """How large the county is and which months it has; last_month is the latest to be closed. clinics_with_records: of
    how many villages all residents have a story between their stays (those who were in hospital have one anyway).
    settlement_months: of how many months there are settlements, those before `months` without other facts.
    supervision: whether there are campaigns of inspection and cases that went all the way to rulings.
    fund_and_counter: whether the fund has contracts and settled months, the counters bills of this month, and a change
    of policy is rehearsed (tests that make small counties do without)."""

    residents: int = 60_000
    months: int = 3
    last_month: Month = LAST_MONTH
    seed: int = 1
    clinics_with_records: int = 9
    supervision: bool = True
    settlement_months: int = 0
    fund_and_counter: bool = False

    @property
    def all_months(self) -> list[Month]:
        return [self.last_month.plus(-back) for back in range(self.months - 1, -1, -1)]
