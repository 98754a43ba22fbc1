"""What the references share: lines that meet knowledge, sums rounded once, and texts that the tables write alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.facts import Bill, Facts, Line
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.knowledge import KnowledgeRow
from yigongti.foundation.money import to_fen

PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Met:
    """A line, its bill, the version in force on its day, and the row of knowledge that it meets (None: none asked)."""

    bill: Bill
    line: Line
    version: Version
    row: KnowledgeRow | None = None

    @property
    def item(self) -> str:
        """The item as a sentence names it: the line's own words, else the knowledge's, else the code."""
        known = "" if self.row is None else str(self.row.values.get("item_name") or "")
        return self.line.item_name or known or self.line.item_code

    @property
    def setting(self) -> str:
        """Where the item was given: as the line says, else the bill."""
        return self.line.care_setting or self.bill.care_setting

    @property
    def source(self) -> str:
        return self.version.source if self.row is None else self.row.source

    def finding(self, check: Check, **values: Any) -> Finding:
        """The finding on this line; the whole claimed sum and the item's name unless the values say otherwise."""
        own: dict[str, Any] = {
            "amount": self.line.claimed,
            "item": self.item,
            "knowledge": "" if self.row is None else self.row.key,
        }
        return Finding(
            check.id,
            self.version.valid_from,
            self.bill.institution_code,
            self.bill.case_id,
            self.line.line_number,
            self.line.charged_on,
            **(own | values),
        )


def charged_lines(facts: Facts, check: Check) -> Iterator[Met]:
    """Every line of a day on which the check exists. What was taken back (a negative amount) is no line of its own."""
    in_force: dict[date, Version | None] = {}
    for bill in facts.bills:
        for line in bill.lines:
            day = line.charged_on
            if day not in in_force:
                in_force[day] = check.on(day)
            version = in_force[day]
            if version is not None and line.amount >= 0:
                yield Met(bill, line, version)


def lines_meeting(facts: Facts, check: Check) -> Iterator[tuple[Met, KnowledgeRow]]:
    """Every such line with every row of knowledge on its item that is in force on its day."""
    for bill in facts.bills:
        for line in bill.lines:
            # few lines meet any knowledge of a check: the rest is asked nothing more
            for row in check.knowledge.by("item_code", line.item_code, line.charged_on):
                version = check.on(line.charged_on)
                if version is not None and line.amount >= 0:
                    yield Met(bill, line, version, row), row


def starts_with_any(codes: tuple[str, ...], prefixes: tuple[str, ...]) -> bool:
    """Whether one of the codes starts with one of the prefixes."""
    return any(code.startswith(prefix) for code in codes for prefix in prefixes)


def completed_years(born: date, on: date) -> int:
    """Age in completed years; who was born on 29 February has the birthday on 1 March in other years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def price_times(over: Decimal, quantity: Decimal) -> Decimal:
    """A difference in price (four places) for a quantity, half-up to the fen."""
    return to_fen(over.quantize(PLACES) * quantity)


def share(amount: Decimal, part: int, whole: int) -> Decimal:
    """part/whole of an amount, half-up to the fen."""
    fens = int(amount * 100)
    return Decimal((2 * fens * part + whole) // (2 * whole)) / 100


def number_text(value: Decimal | int) -> str:
    """A number without zeros at its end: 12.5, 100, 0.05."""
    return f"{Decimal(value):.4f}".rstrip("0").rstrip(".")
