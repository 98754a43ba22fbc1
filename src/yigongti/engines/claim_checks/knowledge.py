"""Knowledge: tables of codes that a check reads, every row with the days on which it is in force.

One CSV a check under policy/checks/claim_checks/knowledge (our own), or imported from published workbooks. The first
columns are the same in all: key, from, to (empty: still in force), source; the rest is what the handler declares.
The day of the service chooses the rows: from <= day <= to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from yigongti.foundation.errors import Text


class ValueKind(StrEnum):
    CODE = "code"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    CODES = "codes"  # several codes or code prefixes, joined with "|"


@dataclass(frozen=True, slots=True)
class KnowledgeColumn:
    """A column of a handler's knowledge. headers: how published workbooks call it (compared without spaces)."""

    name: str
    kind: ValueKind
    label: Text
    required: bool = True
    headers: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


Value = str | int | Decimal | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class KnowledgeRow:
    """One row. key: names it within its table for good, also in later versions of it. valid_to None: no end yet."""

    key: str
    valid_from: date
    valid_to: date | None
    source: str
    values: Mapping[str, Value]

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def __getitem__(self, name: str) -> Value:
        return self.values[name]


@dataclass(frozen=True)
class KnowledgeTable:
    """All rows of one check, of all days. `by(column)` is an index, made once."""

    rows: tuple[KnowledgeRow, ...] = ()
    _by: dict[str, dict[Value, list[KnowledgeRow]]] = field(default_factory=dict, compare=False, repr=False)

    def by(self, column: str, value: Value, on: date) -> list[KnowledgeRow]:
        """The rows in force on the day whose column has the value."""
        index = self._by.get(column)
        if index is None:
            index = {}
            for row in self.rows:
                index.setdefault(row[column], []).append(row)
            self._by[column] = index
        found = index.get(value)
        return [row for row in found if row.in_force(on)] if found else []
