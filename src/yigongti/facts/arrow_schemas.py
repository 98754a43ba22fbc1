"""How a fact table is stored: the Arrow type of every column and the partition columns of the lake.

List columns are never null (an empty list says "none") and hold "" where a member of a family is missing;
money is decimal(14,2) yuan, quantities and unit prices decimal(18,4), instants microseconds in UTC.
"""

from __future__ import annotations

import pyarrow as pa

from yigongti.foundation.schemas import FactTable, Kind

PARTITION_COLUMNS = ("month", "institution_code")
"""Both: a submission then replaces whole files, and two institutions never touch the same one, also after files
have been merged. Costs nothing against the month alone (bench/submissions)."""

MONEY = pa.decimal128(14, 2)
QUANTITY = pa.decimal128(18, 4)

_TYPES: dict[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.CODE: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.MONEY: MONEY,
    Kind.QUANTITY: QUANTITY,
    Kind.DATE: pa.date32(),
    Kind.INSTANT: pa.timestamp("us", tz="UTC"),
    Kind.CODES: pa.list_(pa.string()),
    Kind.DATES: pa.list_(pa.date32()),
}

_DUCKDB_TYPES: dict[Kind, str] = {
    Kind.TEXT: "VARCHAR",
    Kind.CODE: "VARCHAR",
    Kind.INTEGER: "BIGINT",
    Kind.MONEY: "DECIMAL(14,2)",
    Kind.QUANTITY: "DECIMAL(18,4)",
    Kind.DATE: "DATE",
    Kind.INSTANT: "TIMESTAMPTZ",
    Kind.CODES: "VARCHAR[]",
    Kind.DATES: "DATE[]",
}


def arrow_type(kind: Kind) -> pa.DataType:
    """The Arrow type in which a column of that kind is stored."""
    return _TYPES[kind]


def duckdb_type(kind: Kind) -> str:
    """The DuckDB name of the same type, for casts and for tables without rows."""
    return _DUCKDB_TYPES[kind]


def rows_schema(table: FactTable) -> pa.Schema:
    """The columns of the fact table, in order, without the month."""
    return pa.schema([(column.name, arrow_type(column.kind)) for column in table])


def lake_schema(table: FactTable) -> pa.Schema:
    """The stored columns: those of the fact table and, last, `month` ("2026-10", the discharge month)."""
    return rows_schema(table).append(pa.field("month", pa.string()))
