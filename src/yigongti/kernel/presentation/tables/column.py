"""A column: what it is called, how its values are written, sorted, filtered, summed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from yigongti.foundation.errors import Text
from yigongti.kernel.presentation import figures

Row = Mapping[str, Any]
NUMBERS = frozenset({"count", "number", "money", "percent"})


@dataclass(frozen=True)
class Column:
    """One column.

    name: the row's key (a field of the query set, or a key of the dict). kind: text, count, number, money, percent,
    date, instant. value: what is shown instead of the row's own value. link: where the cell leads.
    beside: id of the element in which the link opens, beside the list and with its own address; "": a new page.
    mark: "bad", "due", "good" or "" for a row, shown as a mark around the text. fields: further fields that value,
    link and mark read. choices: (value, label) pairs for a filter that chooses. total: whether the foot shows the sum.
    hidden: not shown until chosen. places: decimals of "number" (default 2) and "percent" (default 1).
    """

    name: str
    label: Any
    kind: str = "text"
    value: Callable[[Row], Any] | None = None
    link: Callable[[Row], str] | None = None
    mark: Callable[[Row], str] | None = None
    beside: str = ""
    fields: Sequence[str] = field(default_factory=tuple)
    choices: Sequence[tuple[str, Any]] = field(default_factory=tuple)
    total: bool = False
    hidden: bool = False
    sortable: bool = True
    filterable: bool = True
    places: int | None = None

    @property
    def is_number(self) -> bool:
        return self.kind in NUMBERS

    def raw(self, row: Row) -> Any:
        """The value that is written, before it is formatted."""
        found = self.value(row) if self.value else row[self.name]
        return found.in_language(get_language() or "zh-hans") if isinstance(found, Text) else found

    def written(self, value: Any) -> str:
        """The value as text for the page."""
        if value is None or value == "":
            return ""
        if self.kind == "money":
            return figures.money(value)
        if self.kind == "percent":
            return figures.percent(value, 1 if self.places is None else self.places)
        if self.kind in {"count", "number"}:
            places = self.places if self.places is not None else 0 if self.kind == "count" else 2
            return figures.rounded(value, places)
        if self.kind == "instant" and isinstance(value, datetime):
            return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
        if isinstance(value, date):
            return value.isoformat()
        return str(value)

    def exported(self, row: Row) -> Any:
        """The value for a file: numbers as numbers, days as days, everything else as text."""
        value = self.raw(row)
        if value is None or (self.is_number and isinstance(value, Decimal | int | float)):
            return value
        if isinstance(value, datetime):
            return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
        return value if isinstance(value, date) else str(value)
