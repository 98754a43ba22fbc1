"""Workbooks (.xlsx, and the older .xls): the sheet with the best header, cells as text, dates recognised.

A workbook is unfolded in memory by the library that reads it, as one rectangle up to the farthest cell. So before
it is opened, the packed parts are unpacked once for their true size, and the farthest cell is looked for: a stray
blank in the last cell of the sheet must be an error with a name, not the end of the server.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from yigongti.facts.submissions.headers import SEARCHED_ROWS
from yigongti.facts.submissions.limits import Limits, too_large
from yigongti.facts.submissions.readers import BATCH_ROWS, Batch, blank_rows, without
from yigongti.facts.submissions.vocabularies import Vocabulary
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.schemas import FACT_TABLES

_FAR_ROW = re.compile(rb"""\br\s*=\s*["'][A-Za-z]{0,3}([0-9]{4,7})["']""")
_FAR_COLUMN = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{2,3})[0-9]""")
_LONGEST_REFERENCE = 64


class WorkbookReader:
    """A workbook; of its visible sheets the one in which most header names are recognised."""

    format = "workbook"
    encoding = ""

    def __init__(self, path: Path, kind: str, limits: Limits) -> None:
        self._limits = limits
        if zipfile.is_zipfile(path):
            _check_package(path, limits)
        try:
            self._book = CalamineWorkbook.from_path(str(path))
            self._rows = self._best_sheet(kind)
            self.sheet = self._rows.name
        except PasswordError as error:
            raise _protected() from error
        except (CalamineError, OSError, ValueError) as error:
            raise _protected() if "password" in str(error).lower() else _broken() from error
        except BaseException as error:
            if type(error).__name__ == "PanicException":  # the library gave up on XML that it did not expect
                raise _broken() from error
            raise
        if self._rows.end is not None and self._rows.start is not None:
            cells = (self._rows.end[0] + 1) * (self._rows.end[1] + 1)
            if cells > limits.workbook_cells:
                raise too_large("单元格数", "cells", cells, limits.workbook_cells)

    def close(self) -> None:
        self._book.close()

    def _best_sheet(self, kind: str) -> CalamineSheet:
        vocabulary = Vocabulary(FACT_TABLES[kind])
        best: CalamineSheet | None = None
        best_count = -1
        for meta in self._book.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = self._book.get_sheet_by_name(meta.name)
            rows = islice(sheet.iter_rows(), SEARCHED_ROWS)
            count = max((sum(vocabulary.look_up(cell_text(c)) is not None for c in row) for row in rows), default=0)
            if count > best_count:
                best, best_count = sheet, count
        if best is None:
            raise _broken()
        return best

    def top(self, rows: int) -> list[list[str]]:
        return [[cell_text(cell) for cell in row] for row in islice(self._rows.iter_rows(), rows)]

    def batches(self, header_rows: int, width: int, wanted: frozenset[int] = frozenset()) -> Iterator[Batch]:
        """See Reader."""
        if width > self._limits.columns:
            raise too_large("列数", "columns", width, self._limits.columns)
        rows = islice(self._rows.iter_rows(), header_rows, None)
        number = header_rows + 1
        while block := list(islice(rows, BATCH_ROWS)):
            numbers = np.arange(number, number + len(block), dtype=np.int64)
            number += len(block)
            cells = [
                pa.array([cell_text(row[position]) if position < len(row) else "" for row in block], pa.string())
                for position in range(width)
            ]
            yield without(Batch(numbers, cells), blank_rows(cells))


def cell_text(cell: Any) -> str:
    """A cell as a clerk reads it: 12 and not 12.0, days as 2026-10-05, at most 15 significant digits (what a
    spreadsheet keeps); a longer number shows as rounded ("4.10322199001012E+17"), so that the checks can tell."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        return format(cell, ".15G")
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    return "" if cell is None else str(cell)


def _check_package(path: Path, limits: Limits) -> None:
    """Unpack every part once, counting: the sizes that a package declares of itself may lie."""
    try:
        with zipfile.ZipFile(path) as package, path.open("rb") as file:
            names = set(package.namelist())
            if not any(name.startswith("xl/") for name in names):
                raise InvalidInput(
                    "submission.compressed",
                    zh="文件是压缩包而不是工作簿，请解压后提交其中的表格",
                    en="this is an archive and not a workbook; unpack it and submit the table inside",
                )
            total = 0
            for part in package.infolist():
                far = _Farthest() if part.filename.startswith("xl/worksheets/") else None
                for chunk in _unpacked(file, part):
                    total += len(chunk)
                    if total > limits.unpacked_bytes:
                        raise too_large("解压后字节数", "unpacked bytes", total, limits.unpacked_bytes)
                    if far is not None:
                        far.look(chunk)
                if far is not None and far.cells > limits.workbook_cells:
                    raise too_large(
                        f"工作表的范围（{far.rows} 行 × {far.columns} 列，可能有误填在远处的单元格）单元格数",
                        f"cells of the sheet’s range ({far.rows} rows × {far.columns} columns; a stray cell?)",
                        far.cells,
                        limits.workbook_cells,
                    )
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError) as error:
        raise _broken() from error


def _unpacked(file: Any, part: zipfile.ZipInfo) -> Iterator[bytes]:
    file.seek(part.header_offset)
    header = file.read(30)
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
        raise zipfile.BadZipFile("local header")
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    left = part.compress_size
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile("compression method")
    inflate = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        packed = file.read(min(left, 1 << 16))
        if not packed:
            raise EOFError("truncated")
        left -= len(packed)
        if inflate is None:
            yield packed
            continue
        while packed:
            yield inflate.decompress(packed, 1 << 22)
            packed = inflate.unconsumed_tail
    if inflate is not None and not inflate.eof and part.compress_size:
        raise EOFError("truncated")


class _Farthest:
    """The farthest row and column that the XML of a sheet names, read in chunks; at least 999 rows and 26 columns,
    so that only references of four digits and two letters need to be looked at. Cells without a reference follow
    one another, so that their number is bounded by the bytes that name them."""

    def __init__(self) -> None:
        self.rows, self.columns = 999, 26
        self._tail = b""

    def look(self, chunk: bytes) -> None:
        text = self._tail + chunk
        self.rows = max(self.rows, *map(int, set(_FAR_ROW.findall(text))), 0)
        self.columns = max(self.columns, *map(_column_number, set(_FAR_COLUMN.findall(text))), 0)
        self._tail = text[-_LONGEST_REFERENCE:]

    @property
    def cells(self) -> int:
        return self.rows * self.columns


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _broken() -> InvalidInput:
    return InvalidInput(
        "submission.workbook_broken",
        zh="工作簿不完整或已损坏，可能上传中断；请重新导出或上传",
        en="the workbook is truncated or damaged; export or upload it again",
    )


def _protected() -> InvalidInput:
    return InvalidInput(
        "submission.workbook_protected",
        zh="工作簿有打开密码，请取消密码后再提交",
        en="the workbook has a password; remove it and submit again",
    )
