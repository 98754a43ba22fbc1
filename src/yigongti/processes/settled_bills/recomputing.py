"""Bills settled again, one person's year after the other, by the same engine as at the counter.

A person's bills are taken in the order in which they were settled; each counts in its own benefit year with what the
policy says of it, not with what was paid, so that one wrong payment makes one difference and not a chain of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from yigongti.engines.benefit.public import (
    Bill,
    Care,
    Level,
    Person,
    Place,
    Referral,
    Rules,
    Settlement,
    Used,
    rules_of,
    settle,
)
from yigongti.foundation.errors import YigongtiError
from yigongti.foundation.money import ZERO
from yigongti.foundation.policy import Policy

FUNDS = ("pool_fund", "critical_illness", "medical_assistance", "other_funds")
COMPARED = ("deductible", *FUNDS)
_ALWAYS = (date(1850, 1, 1), date(2999, 12, 31))
_STAYS = ("inpatient", "major_disease")
_REFERRED_ON = ("up", "down")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A settlement beside what the policy says. refused: the code of the error when it cannot be settled at all; then
    nothing should have been paid."""

    row: Row
    right: Mapping[str, Decimal]
    refused: str = ""

    @property
    def difference(self) -> Decimal:
        """What the funds paid more than the policy says (less: negative), in yuan."""
        return sum((self.row[name] - self.right[name] for name in FUNDS), ZERO)

    @property
    def differs(self) -> bool:
        return bool(self.refused) or any(self.row[name] != self.right[name] for name in COMPARED)


def recompute(rows: Iterable[Row], policy: Policy) -> Iterator[Recomputed]:
    """Every row in force beside its right amounts. rows: all settlements of the persons in question, of the years that
    matter, in any order; rows taken back and those that take back are left out."""
    rows = list(rows)
    taken_back = {(row["institution_code"], row["reverses"]) for row in rows if row["reverses"]}
    in_force = [
        row
        for row in rows
        if not row["reverses"] and (row["institution_code"], row["settlement_number"]) not in taken_back
    ]
    # numbers begin with the day and rise within it at one institution; two institutions on one day are in code order
    in_force.sort(key=lambda row: (row["insured_number"], row["settled_on"], *_key(row)))
    known: dict[tuple[str, date], Rules] = {}
    person, years = "", _Years()
    for row in in_force:
        if row["insured_number"] != person:
            person, years = row["insured_number"], _Years()
        yield years.settle(row, policy, known)


def _key(row: Row) -> tuple[str, str]:
    return row["institution_code"], row["settlement_number"]


class _Years:
    """What one person has used, by scheme and benefit year, and where the last stay ended."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, date], Used] = {}
        self._stay: tuple[date, Decimal] | None = None

    def settle(self, row: Row, policy: Policy, known: dict[tuple[str, date], Rules]) -> Recomputed:
        try:
            rules = known.get((row["insurance_type"], row["ended_on"]))
            if rules is None:
                rules = rules_of(policy, row["insurance_type"], row["ended_on"])
                known[row["insurance_type"], row["ended_on"]] = rules
            year = (row["insurance_type"], rules.year_from)
            settled = settle(self._bill(row, rules), _person(row), self._used.get(year, Used()), rules)
        except YigongtiError as error:
            return Recomputed(row, dict.fromkeys(COMPARED, ZERO), error.code)
        self._used[year] = settled.after
        if row["care"] in _STAYS:
            self._stay = (row["ended_on"], settled.deductible_of_stay)
        return Recomputed(row, _amounts(settled))

    def _bill(self, row: Row, rules: Rules) -> Bill:
        return Bill(
            insurance_type=row["insurance_type"],
            care=Care(row["care"]),
            level=Level(row["level"]),
            place=Place(row["place"]),
            referral=Referral(row["referral"]),
            started_on=row["started_on"],
            ended_on=row["ended_on"],
            total=row["total_cost"],
            outside_catalogue=row["outside_catalogue"],
            above_limits=row["above_limits"],
            first_share=row["first_share"],
            disease_code=row["disease_code"] or "",
            transferred_deductible=self._continued(row, rules),
        )

    def _continued(self, row: Row, rules: Rules) -> Decimal | None:
        """What a stay on referral takes over from the stay that it continues."""
        if self._stay is None or row["care"] not in _STAYS or row["referral"] not in _REFERRED_ON:
            return None
        gap = (row["started_on"] - self._stay[0]).days
        return self._stay[1] if 0 <= gap <= rules.referral_gap_days else None


def _person(row: Row) -> Person:
    """The person as the row has them. That they were insured, and the disease approved, the counter has asked."""
    return Person(
        born_on=row["birth_date"],
        groups=frozenset(row["groups"]),
        insured={row["insurance_type"]: (_ALWAYS,)},
        approvals={row["disease_code"]: _ALWAYS} if row["disease_code"] else {},
        personal_account=row["personal_account"],
    )


def _amounts(settled: Settlement) -> dict[str, Decimal]:
    return {name: getattr(settled, name) for name in COMPARED}
