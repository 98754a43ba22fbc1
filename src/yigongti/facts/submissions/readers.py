"""Open a submitted file, whatever it is by its content: CSV, a workbook or Parquet.

A reader gives the first rows as text, so that the header can be found, and then the data in batches, each with the
row numbers that the clerk's spreadsheet shows. Memory does not grow with the file (a workbook excepted, whose
unfolded size is bounded).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa

from yigongti.facts.submissions.limits import Limits, too_large
from yigongti.foundation.errors import InvalidInput

BATCH_ROWS = 20_000


@dataclass(slots=True)
class Batch:
    """Some rows: their numbers, and one array for each column of the file (text, or lists of text from Parquet).

    broken: rows whose number of cells differs from the header's, with their text; they are not among the rows.
    """

    numbers: np.ndarray
    cells: list[pa.Array]
    broken: list[tuple[int, str]] = field(default_factory=list)


class Reader(Protocol):
    """A file opened for reading. format: "csv", "workbook" or "parquet"; encoding: of a CSV; sheet: of a workbook."""

    format: str
    encoding: str
    sheet: str

    def top(self, rows: int) -> list[list[str]]:
        """The first rows as text, blank rows included."""

    def batches(self, header_rows: int, width: int, wanted: frozenset[int] = frozenset()) -> Iterator[Batch]:
        """The data below the header, in order; wholly blank rows are left out.

        wanted: positions of columns that must be readable; of others a cell that is no text may come out empty."""

    def close(self) -> None:
        """Give back the file."""


def file_digest(path: Path) -> str:
    """SHA-256 of the file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_reader(path: Path, kind: str, limits: Limits) -> Reader:
    """The reader for the file, told by its first bytes and not by its name.

    Raises InvalidInput with a stable code for anything that cannot be read; nothing else comes out of it.
    """
    from yigongti.facts.submissions.csv_reader import CsvReader  # here, because they build on this module
    from yigongti.facts.submissions.parquet_reader import ParquetReader
    from yigongti.facts.submissions.workbook_reader import WorkbookReader

    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        raise InvalidInput(
            "submission.file_not_readable", zh="文件无法打开", en="the file cannot be opened", where=path.name
        ) from error
    if size == 0:
        raise InvalidInput("submission.file_empty", zh="文件是空的", en="the file is empty", where=path.name)
    if size > limits.file_bytes:
        raise too_large("字节数", "bytes", size, limits.file_bytes)
    if start.startswith(b"PAR1"):
        return ParquetReader(path, limits)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
        return WorkbookReader(path, kind, limits)
    _refuse_other_formats(start)
    return CsvReader(path, kind, limits)


def _refuse_other_formats(start: bytes) -> None:
    if start.startswith((b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")):
        raise InvalidInput(
            "submission.compressed",
            zh="文件是压缩包，请解压后提交其中的表格",
            en="this is a compressed archive; unpack it and submit the table inside",
        )
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml")):
        raise InvalidInput(
            "submission.web_page",
            zh="文件实际是网页格式，请在表格软件中打开后另存为 XLSX 或 CSV",
            en="this is really a web page; open it in a spreadsheet and save it as XLSX or CSV",
        )
    if start.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff")):
        raise InvalidInput(
            "submission.not_a_table",
            zh="文件不是表格，请提交 CSV、XLSX 或 Parquet",
            en="this is not a table; submit CSV, XLSX or Parquet",
        )


def blank_rows(cells: list[pa.Array]) -> np.ndarray:
    """True where every cell of the row is empty or blank."""
    import pyarrow.compute as pc

    blank = np.ones(len(cells[0]) if cells else 0, dtype=bool)
    for array in cells:
        if not blank.any():
            break
        if pa.types.is_list(array.type):
            empty = pc.equal(pc.fill_null(pc.list_value_length(array), 0), 0)
        else:
            empty = pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(pc.fill_null(array, ""))), 0)
        blank &= np.asarray(empty)
    return blank


def without(batch: Batch, dropped: np.ndarray) -> Batch:
    """The batch without some of its rows."""
    if not dropped.any():
        return batch
    kept = pa.array(~dropped)
    return Batch(batch.numbers[~dropped], [array.filter(kept) for array in batch.cells], batch.broken)
