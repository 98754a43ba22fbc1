"""What a resource is found by: the rows that the store's index tables hold for it.

No text in a row is longer than 500 characters: searches compare the first 500.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple


class TokenRow(NamedTuple):
    """A code. system: empty where the resource names none. An identifier within a reference `subject` is a
    token of the parameter `subject:identifier`."""

    parameter: str
    system: str
    code: str


class StringRow(NamedTuple):
    """A text. normal: for search (see texts.normal). exact: as written; both at most 500 characters."""

    parameter: str
    normal: str
    exact: str


class DateRow(NamedTuple):
    """A stretch of time, half open [low, high), aware, UTC."""

    parameter: str
    low: datetime
    high: datetime


class ReferenceRow(NamedTuple):
    """A reference: type and id of a relative one; url of an absolute one (type where it can be told) or a canonical."""

    parameter: str
    type: str
    id: str
    url: str


class QuantityRow(NamedTuple):
    """An amount. value: as written, empty for a range. low, high: what its digits imply, [low, high); None is open."""

    parameter: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    system: str
    code: str
    unit: str


class UriRow(NamedTuple):
    """A uri as written."""

    parameter: str
    uri: str


@dataclass(slots=True)
class IndexRows:
    """All rows of one resource, each once."""

    tokens: list[TokenRow] = field(default_factory=list)
    strings: list[StringRow] = field(default_factory=list)
    dates: list[DateRow] = field(default_factory=list)
    references: list[ReferenceRow] = field(default_factory=list)
    quantities: list[QuantityRow] = field(default_factory=list)
    uris: list[UriRow] = field(default_factory=list)
