"""A connection of an engine to a snapshot: DuckDB in process, one view for each fact table, read through Ibis.

The views read the Parquet files that the Delta table lists for the version, so a later commit changes nothing for
a computation that is under way, and no extension has to be fetched.
"""

from __future__ import annotations

import uuid
from pathlib import Path

from yigongti.facts.arrow_schemas import duckdb_type
from yigongti.facts.duckdb_backend import DuckDBBackend, open_duckdb
from yigongti.facts.lake import Lake
from yigongti.facts.snapshots import Snapshot
from yigongti.foundation.schemas import FACT_TABLES, FactTable, Kind


def connect(
    lake: Lake, snapshot: Snapshot, *, memory_limit: str = "2GB", threads: int = 2, spill_folder: Path | None = None
) -> DuckDBBackend:
    """An Ibis connection with a view for each fact table (`discharges`, `fee_lines`, …), restricted to the months
    of the snapshot. Each view has the columns of its schema and, last, `month`; a month without rows is an empty
    table of the same columns. List columns are never null. Instants are in UTC.

    memory_limit: in DuckDB's words ("2GB"). spill_folder: below it larger work goes (the lake's own
    when None); what is spilled is gone when the connection ends.
    """
    # a folder of its own: two processes that spilled into one would overwrite each other's pages
    spill = spill_folder or lake.root / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    own_spill = spill / uuid.uuid4().hex
    backend = open_duckdb(memory_limit=memory_limit, threads=threads, spill_folder=own_spill)
    for table in FACT_TABLES.values():
        version = snapshot.versions.get(table.name)  # None: the snapshot was taken before there was such a kind
        stored = [] if version is None else lake.files(table.name, version, snapshot.months)
        uris = [file.uri for file in stored]
        backend.raw_sql(f'CREATE VIEW "{table.name}" AS {_select(backend, table, uris)}')
    return backend


def _select(backend: DuckDBBackend, table: FactTable, uris: list[str]) -> str:
    kinds = [(column.name, column.kind) for column in table] + [("month", Kind.CODE)]
    if not uris:
        columns = ", ".join(f'CAST({_nothing(kind)} AS {duckdb_type(kind)}) AS "{name}"' for name, kind in kinds)
        return f"SELECT {columns} WHERE false"
    source = (
        f"read_parquet([{', '.join(_quoted(uri) for uri in uris)}], union_by_name = true, hive_partitioning = true, "
        "hive_types = {'month': VARCHAR, 'institution_code': VARCHAR})"
    )
    described = backend.raw_sql(f"DESCRIBE SELECT * FROM {source}").fetchall()
    stored = {row[0] for row in described}  # files written before a column was added to the schema do not have it
    columns = ", ".join(_expression(name, kind, name in stored) for name, kind in kinds)
    return f"SELECT {columns} FROM {source}"


def _expression(name: str, kind: Kind, stored: bool) -> str:
    to = duckdb_type(kind)
    if not stored:
        return f'CAST({_nothing(kind)} AS {to}) AS "{name}"'
    if kind in (Kind.CODES, Kind.DATES):
        return f'COALESCE(CAST("{name}" AS {to}), CAST([] AS {to})) AS "{name}"'
    return f'CAST("{name}" AS {to}) AS "{name}"'


def _nothing(kind: Kind) -> str:
    return "[]" if kind in (Kind.CODES, Kind.DATES) else "NULL"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
