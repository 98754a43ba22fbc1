"""Fact tables: what a row means, column by column. The lake, the readers and the rules all read these."""

from yigongti.foundation.schemas.base import Column, FactTable, Kind
from yigongti.foundation.schemas.discharges import DISCHARGES
from yigongti.foundation.schemas.fee_lines import FEE_LINES
from yigongti.foundation.schemas.fees import ADDING_FEE_ITEMS, FEE_GROUPS, FEE_ITEMS, FeeItem
from yigongti.foundation.schemas.settlement_lists import SETTLEMENT_LISTS
from yigongti.foundation.schemas.settlements import SETTLEMENTS
from yigongti.foundation.schemas.stock_moves import STOCK_MOVES
from yigongti.foundation.schemas.visits import VISITS

FACT_TABLES: dict[str, FactTable] = {
    table.name: table for table in (DISCHARGES, FEE_LINES, SETTLEMENT_LISTS, VISITS, STOCK_MOVES)
}

__all__ = [
    "ADDING_FEE_ITEMS",
    "DISCHARGES",
    "FACT_TABLES",
    "FEE_GROUPS",
    "FEE_ITEMS",
    "FEE_LINES",
    "SETTLEMENTS",
    "SETTLEMENT_LISTS",
    "STOCK_MOVES",
    "VISITS",
    "Column",
    "FactTable",
    "FeeItem",
    "Kind",
]
