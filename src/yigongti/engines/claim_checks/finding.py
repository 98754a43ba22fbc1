"""A finding: which check, on what rows, how much is at stake, and the two or three words that its sentence needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Strength(StrEnum):
    """How sure a finding is: a breach of a rule, something that must be explained, or a hint where to look."""

    VIOLATION = "violation"
    DOUBTFUL = "doubtful"
    CLUE = "clue"


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is evidence: a line of a bill, or (line_number None) the bill as a whole."""

    institution_code: str
    case_id: str
    line_number: int | None = None

    def __str__(self) -> str:
        return "/".join(
            [self.institution_code, self.case_id, *([] if self.line_number is None else [str(self.line_number)])]
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach.

    check, version: the check's id and the first day of the version that was in force on `on`. on: the day of the
    service (of a bill: the day on which it ended). case_id "" and line_number None: the institution as a whole;
    line_number None: the bill. amount: yuan at stake, never negative. evidence: the other rows that the judgement
    rests on, in order, the finding's own row not among them. item, limit, observed, other: what the sentence names.
    knowledge: key of the row of knowledge that decided, "" for none.
    """

    check: str
    version: date
    institution_code: str
    case_id: str
    line_number: int | None
    on: date
    amount: Decimal
    evidence: tuple[Row, ...] = ()
    item: str = ""
    limit: str = ""
    observed: str = ""
    other: str = ""
    knowledge: str = ""

    @property
    def row(self) -> Row:
        return Row(self.institution_code, self.case_id, self.line_number)


COLUMNS: dict[str, str] = {
    "check": "string",
    "version": "date",
    "institution_code": "string",
    "case_id": "string",
    "line_number": "int64",
    "on": "date",
    "amount": "decimal(18, 2)",
    "evidence": "string",  # rows as Row prints them, joined by "|"
    "item": "string",
    "limit": "string",
    "observed": "string",
    "other": "string",
    "knowledge": "string",
}
"""The columns of a table of findings, with their Ibis types, in order. Every `table.find` answers exactly these."""
