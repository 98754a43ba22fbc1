"""Derived tables: results of engines kept in the lake beside the facts, with the same bytes for the same rows.

A result is named by what it is, its month and a key (the snapshot's and the policy release's digests, joined by the
caller). Rows are put in a total order before they are written, so the file does not depend on how many threads
worked. The bytes also depend on the release of the Parquet library; figures in floating point must be rounded by
the caller where their last digits depend on the order of adding.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from yigongti.facts.duckdb_backend import open_duckdb, stream
from yigongti.facts.lake import Lake
from yigongti.foundation.errors import InvalidInput, NotFound
from yigongti.foundation.period import Month

_GROUP_ROWS = 500_000


@dataclass(frozen=True, slots=True)
class DerivedFile:
    """A written result: where it is, the SHA-256 of its bytes, and its rows."""

    path: Path
    sha256: str
    rows: int


def derived_path(lake: Lake, name: str, month: Month, key: str) -> Path:
    """Where a result is kept, whether or not it is there. Raises InvalidInput for names that are not plain."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z_-]{0,200}", key):
        raise InvalidInput(
            "derived.name_shape", zh=f"结果名称“{name}/{key}”不合规范", en=f"“{name}/{key}” is not a name for a result"
        )
    return lake.root / "derived" / name / f"month={month}" / f"{key}.parquet"


def write_derived(
    lake: Lake,
    name: str,
    month: Month,
    key: str,
    table: ibis.Table | pa.Table,
    sort_by: Sequence[str],
    memory_limit: str = "2GB",
) -> DerivedFile:
    """Write a result whole, in the place of an earlier one of the same key.

    table: an Ibis table, ordered by its own connection, or an Arrow table, ordered within memory_limit.
    sort_by: the columns that a reader expects the rows in the order of; equal rows are ordered by all the others.
    A reader sees the earlier file or the new one, never a part of it.
    """
    path = derived_path(lake, name, month, key)
    expression = table
    if isinstance(table, pa.Table):
        backend = open_duckdb(memory_limit=memory_limit, threads=1)
        backend.con.register("result", table)
        expression = backend.table("result")
    order = [*sort_by, *(column for column in expression.columns if column not in sort_by)]
    ordered = expression.order_by([ibis.asc(expression[column]) for column in order])
    reader = stream(ordered, _GROUP_ROWS)
    schema = pa.schema([pa.field(field.name, field.type) for field in reader.schema])
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-", suffix=".parquet")
    os.close(handle)
    rows = 0
    try:
        with pq.ParquetWriter(temporary, schema, compression="zstd", version="2.6") as writer:
            for group in _groups(reader, schema):
                writer.write_table(group, row_group_size=_GROUP_ROWS)
                rows += group.num_rows
        with Path(temporary).open("rb+") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return DerivedFile(path=path, sha256=digest, rows=rows)


def read_derived(lake: Lake, name: str, month: Month, key: str) -> pa.Table:
    """The result's rows in their order. Raises NotFound when it was never written."""
    path = derived_path(lake, name, month, key)
    if not path.is_file():
        raise NotFound(
            "derived.not_found", zh=f"{month} 的“{name}”尚未计算", en=f"“{name}” of {month} has not been computed yet"
        )
    return pq.ParquetFile(path).read()


def _groups(reader: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.Table]:
    """Tables of exactly _GROUP_ROWS rows but the last, however the engine cut its batches."""
    waiting: list[pa.Table] = []
    held = 0
    for batch in reader:
        piece = pa.Table.from_batches([batch]).cast(schema)
        waiting.append(piece)
        held += piece.num_rows
        while held >= _GROUP_ROWS:
            together = pa.concat_tables(waiting)
            yield together.slice(0, _GROUP_ROWS).combine_chunks()
            waiting = [together.slice(_GROUP_ROWS)]
            held -= _GROUP_ROWS
    if held:
        yield pa.concat_tables(waiting).combine_chunks()
