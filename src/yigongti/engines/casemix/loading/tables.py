"""A scheme's tables as they stand in its files, before their rules are read: what the linter looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from yigongti.engines.casemix.choices import Choices


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table. table: file or sheet. number: the row in it."""

    values: Mapping[str, str]
    table: str = ""
    number: int = 0

    @property
    def where(self) -> str:
        """The place of the row, for messages."""
        return f"{self.table}:{self.number}"

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


@dataclass(frozen=True, slots=True)
class SchemeTables:
    """mdcs: mdc, order, name, rule. adrgs: mdc, order, adrg, name, rule, drgs (may be empty: then the DRGs whose
    codes begin with the ADRG's). drgs: drg, name. sets: set, code. complications: code, level, exclusion_group.
    exclusions: principal_code, exclusion_group. names: code, name. grey: codes."""

    name: str
    version: str
    source: str
    digest: str
    choices: Choices
    mdcs: tuple[Row, ...]
    adrgs: tuple[Row, ...]
    drgs: tuple[Row, ...]
    sets: tuple[Row, ...]
    complications: tuple[Row, ...]
    exclusions: tuple[Row, ...]
    names: tuple[Row, ...] = ()
    grey: frozenset[str] = field(default_factory=frozenset)
