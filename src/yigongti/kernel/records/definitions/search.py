"""A search as a frozen value: what a query asks for, before any database is asked.

The store turns it into SQL. All clauses must hold; within a clause one of the values suffices.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

Prefix = Literal["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"]
Summary = Literal["true", "text", "data", "count", "false"]
Total = Literal["none", "estimate", "accurate"]


@dataclass(frozen=True, slots=True)
class TokenValue:
    """system None: any; "": none. code None: any code of the system."""

    system: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class StringValue:
    """normal: begins with it (or contains it). exact: as written, for the modifier `exact`."""

    normal: str
    exact: str


@dataclass(frozen=True, slots=True)
class DateValue:
    """The stretch that the text stands for, [low, high), UTC; with `ap` widened by its own width on both sides."""

    prefix: Prefix
    low: datetime
    high: datetime


@dataclass(frozen=True, slots=True)
class ReferenceValue:
    """type and id of a reference to a resource kept here (type empty: any); or only the url of one elsewhere."""

    type: str
    id: str
    url: str


@dataclass(frozen=True, slots=True)
class QuantityValue:
    """value as written; [low, high) is what its digits imply, or 10 % around it with `ap`.

    system None: any unit. system "" with a code: the code or the written unit.
    """

    prefix: Prefix
    value: Decimal
    low: Decimal
    high: Decimal
    system: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class UriValue:
    """The uri as written."""

    uri: str


@dataclass(frozen=True, slots=True)
class MissingValue:
    """For the modifier `missing`: whether there must be no value."""

    missing: bool


Value = TokenValue | StringValue | DateValue | ReferenceValue | QuantityValue | UriValue | MissingValue
ClauseKind = Literal["token", "string", "date", "reference", "quantity", "uri"]
Modifier = Literal["", "exact", "contains", "missing", "not", "below"]


@dataclass(frozen=True, slots=True)
class Clause:
    """A parameter of the type itself. `_id` is a token without system, `_lastUpdated` a date: the store's columns.

    `subject:identifier=…` comes as a token of the parameter "subject:identifier", as the index rows hold it.
    """

    parameter: str
    kind: ClauseKind
    modifier: Modifier
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """`subject:Patient.name=…`: the parameter refers to a resource of a type for which the condition holds."""

    parameter: str
    alternatives: tuple[tuple[str, Condition], ...]


@dataclass(frozen=True, slots=True)
class Has:
    """`_has:Observation:patient:code=…`: a resource of the type refers here, and the condition holds for it."""

    type: str
    parameter: str
    condition: Condition


Condition = Clause | Chain | Has


@dataclass(frozen=True, slots=True)
class Include:
    """`_include=Observation:subject:Patient`. parameter "*": every reference. target empty: any type."""

    source: str
    parameter: str
    target: str
    iterate: bool


@dataclass(frozen=True, slots=True)
class Sort:
    """One key of the order; `_id` and `_lastUpdated` are the store's columns."""

    parameter: str
    kind: ClauseKind
    descending: bool


@dataclass(frozen=True, slots=True)
class Search:
    """Everything that a query asks. ignored: parameters that were not understood, under lenient handling."""

    type: str
    clauses: tuple[Condition, ...] = ()
    includes: tuple[Include, ...] = ()
    revincludes: tuple[Include, ...] = ()
    sort: tuple[Sort, ...] = ()
    count: int | None = None
    summary: Summary = "false"
    elements: tuple[str, ...] = ()
    total: Total | None = None
    ignored: tuple[str, ...] = ()
