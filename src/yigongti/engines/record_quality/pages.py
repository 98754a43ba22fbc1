"""What counts as empty on a page, told once for both engines.

The filling instructions of the front page ask for a dash where there is nothing to say; hospitals also send empty
texts and blanks. All of these are read as *empty*. Positions of a list are kept: an empty one stays in its place,
because a procedure's date stands at the procedure's position.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

EMPTY_TEXTS = frozenset({"", " ", "　", "-", "--", "—", "——", "－", "/"})
"""Texts that say nothing. Files are trimmed when they are read, so longer blanks do not reach the rules."""

CHINA_IS_AHEAD = timedelta(hours=8)
"""Asia/Shanghai is UTC+8 all year since 1992; earlier summer times do not matter to stays of today."""

Single = str | Decimal | int | date | datetime | None
Filled = Single | list[str | None] | list[date | None]
Page = Mapping[str, Filled]


def text_or_none(text: object) -> str | None:
    """The text, or None when it says nothing."""
    return None if text is None or text in EMPTY_TEXTS else str(text)


def read_page(row: Mapping[str, object]) -> dict[str, Filled]:
    """A row of the discharges (own column names, lists as lists) with everything that says nothing as None."""
    page: dict[str, Filled] = {}
    for name, value in row.items():
        if isinstance(value, str):
            page[name] = text_or_none(value)
        elif isinstance(value, list | tuple):
            page[name] = [text_or_none(part) if isinstance(part, str) else part for part in value]
        elif isinstance(value, datetime):
            page[name] = value if value.tzinfo else value.replace(tzinfo=UTC)
        elif value is None or isinstance(value, int | Decimal | date):
            page[name] = value
        else:
            raise TypeError(f"{name}: a page holds no {type(value).__name__}")
    return page


def day_in_china(instant: datetime) -> date:
    """The calendar day in China of an instant."""
    return (instant.astimezone(UTC) + CHINA_IS_AHEAD).date()
