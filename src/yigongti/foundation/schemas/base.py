"""What a column of a fact table is: name, kind, unit, meaning, and the other names under which files bring it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from yigongti.foundation.errors import Text


class Kind(StrEnum):
    """The kind of a column's values."""

    TEXT = "text"
    CODE = "code"  # a text that is looked up somewhere; never a number
    INTEGER = "integer"
    MONEY = "money"  # yuan, Decimal with two places
    QUANTITY = "quantity"  # Decimal with four places
    DATE = "date"
    INSTANT = "instant"  # UTC; files write Asia/Shanghai
    CODES = "codes"  # an ordered list of codes; in one cell joined with "|"
    DATES = "dates"  # an ordered list of dates beside a list of codes


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    name: the product's own name, used in the lake, in files and in rules.
    label: what a clerk calls it.
    unit: "yuan", "day", "g", "hour", "minute", or empty.
    required: a row without it cannot be accepted at all (record quality judges the rest).
    pinyin, national: other names in files (the pinyin columns, the national interface's letter-number columns).
        A list column names its repeated columns with "{n}", numbered from `first_n`, in order; a
        list whose first member has a column of its own names that in `head_pinyin` / `head_national`.
    codes: the values allowed, or empty when any.
    source: the standard that the column comes from.
    """

    name: str
    kind: Kind
    label: Text
    unit: str = ""
    required: bool = False
    pinyin: str = ""
    national: str = ""
    head_pinyin: str = ""
    head_national: str = ""
    codes: tuple[str, ...] = ()
    meaning: str = ""
    source: str = ""

    @property
    def repeats(self) -> bool:
        return self.kind in (Kind.CODES, Kind.DATES)


@dataclass(frozen=True, slots=True)
class FactTable:
    """One fact table: the columns, and which of them name a row within a submission.

    amount: the column whose sum a receipt states, in yuan; empty where a table has none.
    expected: whether every institution with beds is waited for; otherwise only those that have submitted it before.
    """

    name: str
    label: Text
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    amount: str = ""
    expected: bool = True
    _by_name: dict[str, Column] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._by_name.update({column.name: column for column in self.columns})
        if len(self._by_name) != len(self.columns):
            raise ValueError(f"{self.name}: a column is named twice")

    def __getitem__(self, name: str) -> Column:
        return self._by_name[name]

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)


class ColumnMaker(Protocol):
    """Makes a column of one standard: column("name", Kind.CODE, "中文", "English", pinyin, national, unit=…)."""

    def __call__(
        self,
        name: str,
        kind: Kind,
        zh: str,
        en: str,
        pinyin: str = "",
        national: str = "",
        *,
        unit: str = "",
        required: bool = False,
        codes: tuple[str, ...] = (),
        meaning: str = "",
        head: tuple[str, str] = ("", ""),
    ) -> Column: ...


def columns_of_standard(source: str) -> ColumnMaker:
    """A maker of columns that all come from the same standard. head: the names of a list's first member."""

    def column(
        name: str,
        kind: Kind,
        zh: str,
        en: str,
        pinyin: str = "",
        national: str = "",
        *,
        unit: str = "",
        required: bool = False,
        codes: tuple[str, ...] = (),
        meaning: str = "",
        head: tuple[str, str] = ("", ""),
    ) -> Column:
        return Column(
            name=name,
            kind=kind,
            label=Text(zh=zh, en=en),
            unit=unit,
            required=required,
            pinyin=pinyin,
            national=national,
            head_pinyin=head[0],
            head_national=head[1],
            codes=codes,
            meaning=meaning,
            source=source,
        )

    return column
