"""What a kind of defect is: which pages can bear it, how it is written, under which other rules it shows."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from yigongti.demo.county.front_pages import Page

Applies = Callable[[Page], bool]
Spoil = Callable[[Page, random.Random], str]


@dataclass(frozen=True, slots=True)
class DefectKind:
    """hint: a word for the rule that should find it; column: the column to blame; spoil: writes the defect into the
    page and returns what was changed; consequences: (hint, column) of other findings that it causes."""

    hint: str
    column: str
    applies: Applies
    spoil: Spoil
    consequences: tuple[tuple[str, str], ...] = ()


def codes_of(page: Page, column: str) -> list[str]:
    """A list column as a list of texts (copied)."""
    value = page[column]
    return list(value) if isinstance(value, list) else []


def years(page: Page) -> int:
    """The age on the page in years; -1 when it is missing."""
    return page["age_years"] if isinstance(page["age_years"], int) else -1


def principal(page: Page) -> str:
    """The principal diagnosis, or empty."""
    codes = codes_of(page, "diagnoses")
    return codes[0] if codes else ""


def always(page: Page) -> bool:
    """Any page can bear it."""
    return True


def has(column: str) -> Applies:
    """Pages on which the column is filled."""
    return lambda page: page[column] not in (None, "", [])


def put(column: str, value: object) -> Spoil:
    """Write a fixed value (None: leave it empty)."""

    def spoil(page: Page, draw: random.Random) -> str:
        before, page[column] = page[column], value
        return f"{before} -> {value if value is not None else ''}"

    return spoil


def put_first(column: str, value: object) -> Spoil:
    """Write a fixed value into the first place of a list column."""

    def spoil(page: Page, draw: random.Random) -> str:
        cells: list[object] = list(codes_of(page, column))
        before, cells[0] = cells[0], value
        page[column] = cells
        return f"{before} -> {value if value is not None else ''}"

    return spoil


def missing(
    column: str, applies: Applies | None = None, *, consequences: tuple[tuple[str, str], ...] = ()
) -> DefectKind:
    """The column is empty although the page must have it."""
    return DefectKind(f"{column}_missing", column, applies or has(column), put(column, None), consequences)


def outside_domain(column: str, value: str) -> DefectKind:
    """The column holds a code that its value set does not know."""
    return DefectKind(f"{column}_out_of_domain", column, has(column), put(column, value))
