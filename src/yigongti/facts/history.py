"""Bringing in the past at once: many institutions' months of one kind in a single commit of the lake.

For what was submitted and checked elsewhere before this product was there (a county's earlier settlements). Each file
has its receipt as if it had been submitted alone, so snapshots name it and a later submission replaces it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from yigongti.facts.arrow_schemas import lake_schema, rows_schema
from yigongti.facts.lake import Lake, known_kind
from yigongti.facts.receipts import Receipt
from yigongti.facts.submissions.readers import file_digest
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month

READING = "history"
"""Stands in receipts for how the file was read: columns by their own names, without the checks of a submission."""


@dataclass(frozen=True, slots=True)
class PastFile:
    """A Parquet file with an institution's month, its columns named as the fact table's. List columns may be texts
    joined with "|"."""

    path: Path
    institution_code: str
    month: Month


def load_history(
    lake: Lake, kind: str, files: Iterable[PastFile], *, submitted_by: str, submitted_at: datetime
) -> list[Receipt]:
    """Append the files whose month is not there yet; the receipts of those that were, in one commit.

    Raises InvalidInput for a file that names another institution or lacks a required value; then nothing lands.
    """
    table = known_kind(kind)
    there = {(receipt.institution_code, receipt.month) for receipt in lake.submissions(kind)}
    receipts: list[Receipt] = []
    parts: list[pa.Table] = []
    for file in files:
        if (file.institution_code, file.month) in there:
            continue
        rows = _rows(file, kind)
        amount = pc.sum(rows[table.amount]).as_py() if table.amount else None
        receipts.append(
            Receipt(
                submission_id=f"history/{kind}/{file.month}/{file.institution_code}",
                kind=kind,
                institution_code=file.institution_code,
                month=file.month,
                rows=rows.num_rows,
                amount=amount or Decimal("0.00"),
                digest=file_digest(file.path),
                reading=READING,
                file_name=file.path.name,
                submitted_by=submitted_by,
                submitted_at=submitted_at,
            )
        )
        month = pa.array([str(file.month)] * rows.num_rows, pa.string())
        parts.append(rows.append_column("month", month).cast(lake_schema(table)))
    if not parts:
        return []
    return lake.append_history(kind, receipts, pa.concat_tables(parts))


def _rows(file: PastFile, kind: str) -> pa.Table:
    table, stored = known_kind(kind), pq.read_table(file.path)
    schema = rows_schema(table)
    columns: list[pa.ChunkedArray | pa.Array] = []
    for field in schema:
        if field.name not in stored.column_names:
            columns.append(pa.nulls(stored.num_rows, field.type))
        elif pa.types.is_list(field.type) and not pa.types.is_list(stored[field.name].type):
            columns.append(_split(stored[field.name]).cast(field.type))
        else:
            columns.append(stored[field.name].cast(field.type))
    rows = pa.table(columns, schema=schema)
    codes: Sequence[str | None] = pc.unique(rows["institution_code"]).to_pylist()
    missing = [column.name for column in table if column.required and rows[column.name].null_count]
    if list(codes) != [file.institution_code] or missing:
        raise InvalidInput(
            "history.file_wrong",
            zh=f"{file.path.name} 不是机构 {file.institution_code} 的数据，或缺少必填项 {'、'.join(missing)}",
            en=f"{file.path.name} is not of institution {file.institution_code} or lacks {', '.join(missing)}",
            where=str(file.path),
        )
    return rows


def _split(text: pa.ChunkedArray) -> pa.ChunkedArray:
    """ "a|b" as a list; nothing as an empty list."""
    lists = [cell.split("|") if cell else [] for cell in text.to_pylist()]
    return pa.chunked_array([pa.array(lists, pa.list_(pa.string()))])
