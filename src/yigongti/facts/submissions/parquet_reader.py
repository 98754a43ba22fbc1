"""Parquet: columns by name; text, numbers, dates, instants and lists are turned into the text that the checks read,
so that a rule is written once for every format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from yigongti.facts.submissions.limits import Limits, too_large
from yigongti.facts.submissions.readers import BATCH_ROWS, Batch, blank_rows, without
from yigongti.foundation.errors import InvalidInput

_LOCAL = pa.timestamp("us", tz="+08:00")


class ParquetReader:
    """A Parquet file. Row 1 is the header, as in a spreadsheet, so data begin at row 2."""

    format = "parquet"
    encoding = ""
    sheet = ""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        try:
            self._file = pq.ParquetFile(path)
            metadata = self._file.metadata
            unpacked = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
        except (pa.ArrowException, OSError, ValueError) as error:
            raise _broken() from error
        if metadata.num_rows > limits.rows:
            raise too_large("行数", "rows", metadata.num_rows, limits.rows)
        if metadata.num_columns > limits.columns:
            raise too_large("列数", "columns", metadata.num_columns, limits.columns)
        if unpacked > limits.unpacked_bytes:
            raise too_large("解压后字节数", "unpacked bytes", unpacked, limits.unpacked_bytes)

    def close(self) -> None:
        self._file.close()

    def top(self, rows: int) -> list[list[str]]:
        return [list(self._file.schema_arrow.names)]

    def batches(self, header_rows: int, width: int, wanted: frozenset[int] = frozenset()) -> Iterator[Batch]:
        """See Reader. Raises InvalidInput parquet_broken, and parquet_type for a wanted column that is no value."""
        number = header_rows + 1
        try:
            for batch in self._file.iter_batches(batch_size=BATCH_ROWS, use_threads=False):
                numbers = np.arange(number, number + batch.num_rows, dtype=np.int64)
                number += batch.num_rows
                batch.validate(full=True)  # text of a damaged file may not be text
                cells = [
                    as_text(column, name) if position in wanted or readable(column.type) else _empty(len(column))
                    for position, (column, name) in enumerate(zip(batch.columns, batch.schema.names, strict=True))
                ]
                yield without(Batch(numbers, cells), blank_rows(cells))
        except (pa.ArrowException, OSError, ValueError) as error:
            raise _broken() from error


def readable(kind: pa.DataType) -> bool:
    """Whether as_text can turn a column of that type into text."""
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_dictionary(kind):
        return readable(kind.value_type)
    return any(
        test(kind)
        for test in (
            pa.types.is_timestamp,
            pa.types.is_floating,
            pa.types.is_boolean,
            pa.types.is_null,
            pa.types.is_date,
            pa.types.is_integer,
            pa.types.is_decimal,
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_string_view,
        )
    )


def _empty(size: int) -> pa.Array:
    return pa.array([""] * size, pa.string())


def as_text(column: pa.Array, name: str) -> pa.Array:
    """The column as text, or as a list of texts."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return as_text(column.dictionary_decode(), name)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        values = as_text(column.flatten(), name)
        lengths = pc.fill_null(pc.list_value_length(column), 0)
        offsets = np.concatenate([[0], np.cumsum(np.asarray(lengths, dtype=np.int64))]).astype(np.int32)
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)
    if pa.types.is_timestamp(kind):
        local = column.cast(pa.timestamp("us", kind.tz)) if kind.tz is None else column.cast(_LOCAL)
        return pc.strftime(local, format="%Y-%m-%d %H:%M:%S")
    if pa.types.is_floating(kind):
        return pa.array([None if v is None else format(v, ".15g") for v in column.to_pylist()], pa.string())
    if readable(kind):
        return column.cast(pa.string())
    raise InvalidInput(
        "submission.parquet_type",
        zh=f"列“{name}”的类型 {kind} 无法读取，请改为文本、数字、日期、时间或它们的列表",
        en=f"the type {kind} of the column “{name}” cannot be read; use text, numbers, dates, times or lists of them",
    )


def _broken() -> InvalidInput:
    return InvalidInput(
        "submission.parquet_broken",
        zh="Parquet 文件不完整或已损坏，可能上传中断；请重新上传",
        en="the Parquet file is truncated or damaged; upload it again",
    )
