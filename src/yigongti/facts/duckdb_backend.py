"""Ibis on DuckDB in process, with the three calls mended that Ibis 12 makes and DuckDB 2 has renamed.

Ibis 12.0 asks a connection for `fetch_arrow_table` and `fetch_record_batch`, which DuckDB 2.0 calls
`to_arrow_table` and `to_arrow_reader`. To be removed when Ibis knows DuckDB 2.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.schema as sch
import pyarrow as pa
from ibis.backends.duckdb import Backend


class DuckDBBackend(Backend):  # type: ignore[misc]  # Ibis ships no types
    """Ibis' DuckDB backend; streaming results, listing tables and the schema of a query work with DuckDB 2."""

    def to_pyarrow_batches(
        self, expr: Any, /, *, params: Any = None, limit: Any = None, chunk_size: int = 1_000_000, **_: Any
    ) -> pa.RecordBatchReader:
        """The result in batches of at most chunk_size rows. The connection is busy until they are read."""
        self._run_pre_execute_hooks(expr)
        table = expr.as_table()
        result = self.con.sql(self.compile(table, limit=limit, params=params))
        schema = table.schema().to_pyarrow()
        batches = (
            pa.Table.from_batches([batch]).cast(schema).combine_chunks().to_batches()
            for batch in result.to_arrow_reader(chunk_size)
        )
        return pa.RecordBatchReader.from_batches(schema, (piece for pieces in batches for piece in pieces))

    def list_tables(self, *, like: str | None = None, database: Any = None) -> list[str]:
        """The tables and views of the connection, temporary ones included."""
        rows = self.raw_sql("SELECT DISTINCT table_name FROM information_schema.tables ORDER BY 1").fetchall()
        return list(self._filter_with_like([row[0] for row in rows], like))

    def _get_schema_using_query(self, query: str) -> sch.Schema:
        rows = self.raw_sql(f"DESCRIBE {query}").fetchall()
        mapper = self.compiler.type_mapper
        return sch.Schema({row[0]: mapper.from_string(row[1], nullable=row[2] == "YES") for row in rows})


def stream(expression: Any, rows: int) -> pa.RecordBatchReader:
    """The result of an Ibis expression in batches of at most so many rows, whoever opened its connection."""
    backend = expression.get_backend()
    if isinstance(backend, Backend):
        return DuckDBBackend.to_pyarrow_batches(backend, expression, chunk_size=rows)
    return expression.to_pyarrow_batches(chunk_size=rows)


@contextmanager
def plain_sql() -> Iterator[None]:
    """Leave merging of nested selects to the database while this runs.

    A month is small: writing its SQL costs more than answering it, and Ibis' own merging is a quarter of a whole close
    (bench/close). The rows are the same.
    """
    before = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        yield
    finally:
        ibis.options.sql.fuse_selects = before


def open_duckdb(*, memory_limit: str, threads: int, spill_folder: Path | None = None) -> DuckDBBackend:
    """A new connection in memory. memory_limit in DuckDB's words ("2GB"); larger work spills to the folder."""
    settings: dict[str, Any] = {"memory_limit": memory_limit, "threads": threads}
    if spill_folder is not None:
        settings["temp_directory"] = str(spill_folder)
    backend: DuckDBBackend = DuckDBBackend().connect(**settings)
    backend.raw_sql("SET TimeZone = 'UTC'")
    return backend
