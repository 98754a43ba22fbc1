"""Writes fact tables as a hospital would hand them in: Parquet, CSV or a workbook, under any of three sets of names.

own: the product's column names, one cell for a list ("A|B"). pinyin, national: the columns of the front page's
pinyin set and of the national interface, a column for each member of a list, times as the wall clock in China. What
a set has no column for (the case number, the ventilator in the pinyin set) is left out, as it is in real files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import xlsxwriter

from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.schemas import Column, FactTable, Kind

NOTICE = "演示数据：本文件中的机构、人员和病例均为虚构 / Demo data: every institution, person and case is invented"
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
WORKBOOK_ROWS = 1_048_575
"""Rows of a worksheet below its header."""

_COMA = {"coma_before_minutes": ("RYQ_T", "RYQ_XS", "RYQ_F"), "coma_after_minutes": ("RYH_T", "RYH_XS", "RYH_F")}
_COMA_NATIONAL = {"coma_before_minutes": ("C28", "C29", "C30"), "coma_after_minutes": ("C31", "C32", "C33")}


def write_table(path: Path, fact_table: FactTable, rows: pa.Table, layout: str, file_format: str) -> Path:
    """Writes the rows to path with the suffix of the format; returns the file. Rows have the product's own types."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.with_suffix("." + file_format)
    if file_format == "parquet":
        if layout != "own":
            rows = flattened(fact_table, rows, layout)
        write_parquet(file, rows)
    elif file_format == "csv":
        pyarrow.csv.write_csv(flattened(fact_table, rows, layout), file)
    else:
        _write_workbook(file, fact_table, flattened(fact_table, rows, layout))
    return file


def write_parquet(file: Path, rows: pa.Table) -> None:
    """Parquet that says in its metadata that it is invented."""
    metadata = {**(rows.schema.metadata or {}), b"notice": NOTICE.encode()}
    pyarrow.parquet.write_table(rows.replace_schema_metadata(metadata), file, compression="zstd")


def flattened(fact_table: FactTable, rows: pa.Table, layout: str) -> pa.Table:
    """The same rows with one plain column for each column of the file."""
    names: list[str] = []
    arrays: list[pa.Array] = []
    for column in fact_table:
        for name, array in _file_columns(column, rows.column(column.name), layout):
            names.append(name)
            arrays.append(array)
    return pa.table(arrays, names=names)


def _file_columns(column: Column, values: pa.ChunkedArray, layout: str) -> Iterator[tuple[str, pa.Array]]:
    if layout == "own":
        if column.repeats:
            yield column.name, _texts(values, lambda cell: "|".join(_text(part) for part in cell))
        elif column.kind is Kind.INSTANT:
            yield column.name, _texts(values, _text)
        else:
            yield column.name, values
        return
    name, head = (column.pinyin, column.head_pinyin) if layout == "pinyin" else (column.national, column.head_national)
    coma = (_COMA if layout == "pinyin" else _COMA_NATIONAL).get(column.name)
    if coma:
        for file_name, size, wrap in zip(coma, (1440, 60, 1), (10_000, 24, 60), strict=True):
            yield file_name, _texts(values, lambda minutes, s=size, w=wrap: str(minutes // s % w))
    elif column.repeats and name:
        yield from _repeated(values, name, head)
    elif not name and column.required:  # the standard has no name for it, and without it a row means nothing
        yield column.name, values
    elif column.name == "age_days" and layout == "pinyin":
        yield name, _texts(values, lambda days: f"{days // 30} {days % 30}/30")  # months, the rest as a fraction
    elif name:
        yield name, _texts(values, _text) if column.kind is Kind.INSTANT else values


def _repeated(values: pa.ChunkedArray, name: str, head: str) -> Iterator[tuple[str, pa.Array]]:
    """The members of a list side by side: the first under the head's name where there is one, the rest numbered."""
    lists = [cell or [] for cell in values.to_pylist()]
    width = max([1, *(len(cell) for cell in lists)])
    for place in range(width):
        file_name = head if head and place == 0 else name.format(n=place if head else place + 1)
        yield file_name, pa.array([_text(cell[place]) if place < len(cell) else None for cell in lists], pa.string())


def _texts(values: pa.ChunkedArray, as_text: Callable[..., str]) -> pa.Array:
    return pa.array([None if cell is None else as_text(cell) for cell in values.to_pylist()], pa.string())


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _write_workbook(file: Path, fact_table: FactTable, rows: pa.Table) -> None:
    if rows.num_rows > WORKBOOK_ROWS:
        raise InvalidInput(
            "county.too_many_rows_for_a_workbook",
            zh=f"{rows.num_rows} 行超过一个工作表的 {WORKBOOK_ROWS} 行；请改用 csv 或 parquet",
            en=f"{rows.num_rows} rows do not fit a worksheet of {WORKBOOK_ROWS}; use csv or parquet",
            where=file.name,
        )
    with xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False},
    ) as book:
        # a fixed creation date: the same county gives the same bytes
        book.set_properties({"created": datetime(2026, 1, 1), "comments": NOTICE})  # noqa: DTZ001 -- the format is naive
        sheet = book.add_worksheet(fact_table.label.zh)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, rows.column_names)
        at = 0
        for batch in rows.to_batches(max_chunksize=20_000):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                at += 1
                for place, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(at, place, value)
                    elif isinstance(value, date):
                        sheet.write_datetime(at, place, value, day)
                    elif isinstance(value, Decimal | int):
                        sheet.write_number(at, place, value)
