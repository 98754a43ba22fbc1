"""The words that a rule may use: columns of the page, ready-made values, functions.

A rule reads the front page (foundation.schemas.DISCHARGES), and, where they are laid beside it, the settlement
list of the same stay (columns prefixed `settlement_`) and the sums of its fee lines.
"""

from __future__ import annotations

from yigongti.engines.record_quality.language.syntax import Kind
from yigongti.foundation.errors import Text
from yigongti.foundation.schemas import ADDING_FEE_ITEMS, DISCHARGES, SETTLEMENT_LISTS
from yigongti.foundation.schemas.base import Column
from yigongti.foundation.schemas.base import Kind as ColumnKind

SETTLEMENT_PREFIX = "settlement_"

_KINDS = {
    ColumnKind.TEXT: Kind.TEXT,
    ColumnKind.CODE: Kind.TEXT,
    ColumnKind.INTEGER: Kind.NUMBER,
    ColumnKind.MONEY: Kind.NUMBER,
    ColumnKind.QUANTITY: Kind.NUMBER,
    ColumnKind.DATE: Kind.DAY,
    ColumnKind.INSTANT: Kind.INSTANT,
    ColumnKind.CODES: Kind.TEXTS,
    ColumnKind.DATES: Kind.DAYS,
}

FEE_LINE_COLUMNS: dict[str, tuple[Kind, Text]] = {
    "fee_lines_total": (Kind.NUMBER, Text(zh="费用明细合计", en="Sum of the fee lines")),
    "fee_lines_count": (Kind.NUMBER, Text(zh="费用明细行数", en="Number of fee lines")),
}
"""What is laid beside a page from its fee lines: their sum in yuan and their number."""


def _settlement_name(column: Column) -> str:
    name = column.name
    return name if name.startswith(SETTLEMENT_PREFIX) else SETTLEMENT_PREFIX + name


SETTLEMENT_COLUMNS: dict[str, Column] = {
    _settlement_name(column): column for column in SETTLEMENT_LISTS if column.name != "institution_code"
}
"""The settlement list's columns under the names that rules use ("settlement_total_cost")."""

COLUMNS: dict[str, Kind] = {
    **{column.name: _KINDS[column.kind] for column in DISCHARGES},
    **{name: _KINDS[column.kind] for name, column in SETTLEMENT_COLUMNS.items()},
    **{name: kind for name, (kind, _) in FEE_LINE_COLUMNS.items()},
}

GROUPS: dict[str, tuple[str, ...]] = {"adding_fees": tuple(item.name for item in ADDING_FEE_ITEMS)}
"""Names that stand for several columns, inside `total(…)` only."""

READY_MADE: dict[str, str] = {
    "principal": "first(diagnoses)",
    "principal_procedure": "first(procedures)",
    "admitted_on": "day(admitted_at)",
    "discharged_on": "day(discharged_at)",
    "age_in_days": "days_between(birth_date, day(admitted_at))",
    "days_of_stay": "days_between(day(admitted_at), day(discharged_at))",
}
"""Short words for values that many rules need."""

FUNCTIONS: dict[str, tuple[tuple[Kind, ...], Kind]] = {
    "day": ((Kind.INSTANT,), Kind.DAY),  # the calendar day in China
    "days_between": ((Kind.DAY, Kind.DAY), Kind.NUMBER),  # from the first to the second; negative when it is earlier
    "years_between": ((Kind.DAY, Kind.DAY), Kind.NUMBER),  # completed years
    "length": ((Kind.TEXT,), Kind.NUMBER),  # characters
    "birth_date_in": ((Kind.TEXT,), Kind.DAY),  # of a valid resident number
    "sex_in": ((Kind.TEXT,), Kind.TEXT),  # of a valid resident number: "1" male, "2" female
    "greatest": ((Kind.NUMBER, Kind.NUMBER), Kind.NUMBER),
}
"""Functions of values: the kinds they take and the kind they answer. Unknown in, unknown out."""

LIST_FUNCTIONS = ("first", "count", "distinct")
"""Functions of a list column: its first position, how many positions are filled, how many different values."""


def label_of(column: str) -> Text:
    """What a clerk calls the column."""
    if column in DISCHARGES:
        return DISCHARGES[column].label
    if column in SETTLEMENT_COLUMNS:
        label = SETTLEMENT_COLUMNS[column].label
        return Text(zh=f"清单·{label.zh}", en=f"Settlement list: {label.en}")
    return FEE_LINE_COLUMNS[column][1]
