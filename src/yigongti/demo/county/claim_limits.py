"""What an honest hospital keeps to when it charges: for whom an item is, what does not go together, how much at most.

Read from demo/lists/claim_limits.csv, from which the starter knowledge of the claim checks is written as well. The
generator keeps to all of it; what it plants against it stands in truth/claim_faults.csv.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from yigongti.demo.county.clinical_lists import LISTS_FOLDER
from yigongti.demo.county.prices import PriceList

LONG_WINDOWS = frozenset(("week", "month", "year", "sliding"))
_FOREVER = 400


@dataclass(frozen=True, slots=True)
class Limit:
    """One row of claim_limits.csv. What other, value and number mean depends on the kind (demo/lists/README.md)."""

    kind: str
    item: str
    other: str
    value: str
    number: str
    reason: str

    @property
    def most(self) -> int:
        """The number as a whole one."""
        return int(Decimal(self.number))


@cache
def read_limits(folder: Path = LISTS_FOLDER) -> tuple[Limit, ...]:
    """All rows, in the order of the file."""
    with (folder / "claim_limits.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Limit(r["kind"], r["item_code"], r["other_code"], r["value"], r["number"], r["reason"])
            for r in csv.DictReader(file)
        )


def of_kind(*kinds: str) -> list[Limit]:
    """The rows of some kinds."""
    return [limit for limit in read_limits() if limit.kind in kinds]


def age_bounds(text: str) -> tuple[int, int]:
    """“-14” as (0, 14), “18-” as (18, 200)."""
    low, _, high = text.partition("-")
    return int(low or 0), int(high or 200)


class ClaimLimits:
    """The limits by position in the price list, ready for the drawing of orders."""

    def __init__(self, prices: PriceList) -> None:
        self.prices = prices
        self.at = {code: position for position, code in enumerate(prices.codes)}
        self._sex = [(self.at[x.item], x.value) for x in of_kind("sex")]
        self._age = [(self.at[x.item], *age_bounds(x.value)) for x in of_kind("age")]
        self._county_only = frozenset(self.at[x.item] for x in of_kind("level"))
        self._never = frozenset(
            [self.at[x.item] for x in of_kind("insurance_type", "not_payable")]
            + [at for at, entry in enumerate(prices.entries) if entry.name.endswith("（饮片）") and entry.code > "DY03"]
        )
        self._indications = [(self.at[x.item], tuple(x.value.split("|"))) for x in of_kind("indication")]
        self.first_lines = {
            self.at[x.item]: tuple(self.at[code] for code in x.value.split("|")) for x in of_kind("second_line")
        }
        self.longest_course = {self.at[x.item]: x.most for x in of_kind("course")}
        self.apart = self._kept_apart()
        self.most_a_day: dict[int, int] = {}
        self.long_window: frozenset[int] = frozenset(
            self.at[x.item] for x in of_kind("frequency") if x.value in LONG_WINDOWS
        )
        self.counted = frozenset(self.at[x.item] for x in of_kind("frequency"))
        for x in of_kind("frequency"):
            position, most = self.at[x.item], x.most if x.value == "day" else 1
            self.most_a_day[position] = min(most, self.most_a_day.get(position, most))
        for x in of_kind("per_stay_day"):
            self.most_a_day.setdefault(self.at[x.item], x.most)
        self.evidence = [
            (x.item, tuple(at for at, code in enumerate(prices.codes) if code.startswith(tuple(x.value.split("|")))))
            for x in of_kind("evidence")
        ]
        self.mild = tuple(x.item for x in of_kind("mild"))
        self.doses = {self.at[x.item]: (Decimal(x.value), Decimal(x.number)) for x in of_kind("dose")}
        self._given: dict[tuple[int, int], date] = {}
        self._barred: dict[tuple[str, int, str], frozenset[int]] = {}

    def _kept_apart(self) -> dict[int, frozenset[int]]:
        """What is not charged beside an item in the same stay."""
        apart: dict[int, set[int]] = {}

        def together(one: str, other: str) -> None:
            apart.setdefault(self.at[one], set()).add(self.at[other])
            apart.setdefault(self.at[other], set()).add(self.at[one])

        for x in of_kind("duplicate", "exclusive", "interaction"):
            together(x.item, x.other)
        classes: dict[str, list[str]] = {}
        for x in of_kind("therapy"):
            for earlier in classes.setdefault(x.value, []):
                together(x.item, earlier)
            classes[x.value].append(x.item)
        return {position: frozenset(others) for position, others in apart.items()}

    def barred(self, sex: str, age: int, level: str) -> frozenset[int]:
        """Positions that are not charged to a person of the sex and age at an institution of the level."""
        key = (sex, min(age, 19), level)  # no bound lies above 18
        if key not in self._barred:
            out = {at for at, wanted in self._sex if wanted != sex}
            out |= {at for at, low, high in self._age if not low <= age <= high}
            out |= self._never | (self._county_only if level != "county" else frozenset())
            self._barred[key] = frozenset(out)
        return self._barred[key]

    def without_indication(self, diagnoses: Iterable[str]) -> frozenset[int]:
        """Positions whose indications none of the diagnoses is."""
        codes = tuple(diagnoses)
        return frozenset(
            at for at, prefixes in self._indications if not any(code.startswith(prefixes) for code in codes)
        )

    def given_lately(self, resident: int, on: date) -> frozenset[int]:
        """Items with a limit over weeks, months or a year that the resident has had within about a year."""
        return frozenset(
            at
            for at in self.long_window
            if (day := self._given.get((resident, at))) is not None and abs((on - day).days) < _FOREVER
        )

    def note_given(self, resident: int, position: int, on: date) -> None:
        """Remember that an item was charged, where a limit over weeks or more asks for it."""
        if position in self.long_window:
            self._given[resident, position] = on

    def evidence_wanted(self, code: str) -> tuple[int, ...]:
        """What is found in the bill of somebody with that diagnosis; empty where nothing is asked for."""
        return next((positions for prefix, positions in self.evidence if code.startswith(prefix)), ())
