"""What a check compares, and what it found: one line for each institution, in yuan.

A check says in words what stands on its left and on its right. It answers lines; a line differs when it names places
(settlements, accounts, persons) at which left and right are not the same. Two errors of opposite sign do not cancel
each other: the difference of a line is the sum of the absolute differences of its places.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Books:
    """What a check may read. connection: Ibis on DuckDB with a view for each fact table of the month. using: the
    database connection that reads everything (the product itself compares, nobody's posts)."""

    month: Month
    connection: Any
    at: datetime
    using: str = "bulk"


@dataclass(frozen=True, slots=True)
class Place:
    """Where left and right are not the same: what it is ("settlement:510001/S0001", "5002", "resident:17/2026/390")."""

    what: str
    left: Decimal
    right: Decimal

    @property
    def difference(self) -> Decimal:
        return abs(self.left - self.right)

    def told(self) -> list[str]:
        """[what, left, right] with fen, as results and matters keep it."""
        return [self.what, f"{self.left:.2f}", f"{self.right:.2f}"]


@dataclass(frozen=True, slots=True)
class Line:
    """One institution's left and right. institution_code: "" for what belongs to the county as a whole."""

    institution_code: str
    left: Decimal
    right: Decimal
    places: tuple[Place, ...] = ()

    @property
    def differs(self) -> bool:
        return bool(self.places)

    @property
    def difference(self) -> Decimal:
        return sum((place.difference for place in self.places), ZERO)


@dataclass(frozen=True, slots=True)
class Difference:
    """A line that differs, as others are told of it. period: the month. where: its places in words of the books."""

    institution: str
    period: str
    left: Decimal
    right: Decimal
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One check. id: stable. left, right: what stands on either side. run: its lines; none when there is nothing yet to
    compare (nothing settled, the month not settled by group, the year not cleared)."""

    id: str
    label: Text
    left: Text
    right: Text
    run: Callable[[Books], Collection[Line]]

    def differences(self, books: Books) -> list[Difference]:
        """Only what differs."""
        return [
            Difference(
                line.institution_code, str(books.month), line.left, line.right, tuple(p.what for p in line.places)
            )
            for line in self.run(books)
            if line.differs
        ]
