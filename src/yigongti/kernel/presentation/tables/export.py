"""Everything a table says, as CSV or as a workbook: all rows, the columns that are shown, values and not their looks.

A text that begins with = + - @ is a text: spreadsheets would run it as a formula otherwise (OWASP "CSV injection").
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.presentation.tables.column import Column, Row

SHEET_ROWS = 1_048_575  # a sheet holds 1,048,576 with its header
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return "'" + text if text.startswith(_DANGEROUS) else text


class _Line:
    def write(self, text: str) -> str:
        return text


def as_csv(name: str, columns: Sequence[Column], rows: Iterable[Row]) -> StreamingHttpResponse:
    """UTF-8 with a byte-order mark (so that Excel reads Chinese), streamed."""

    def lines() -> Iterator[str]:
        writer = csv.writer(_Line())
        yield "\ufeff" + writer.writerow([defused(str(column.label)) for column in columns])
        for row in rows:
            values = (column.exported(row) for column in columns)
            yield writer.writerow([defused(v) if isinstance(v, str) else v for v in values])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def as_workbook(name: str, columns: Sequence[Column], rows: Iterable[Row], count: int) -> HttpResponse:
    """XLSX, written row by row to a temporary file; refuses what a sheet cannot hold instead of cutting it."""
    if count > SHEET_ROWS:
        raise InvalidInput(
            "table.too_many_for_a_sheet",
            zh=f"共 {count:,} 行，超过工作表的上限，请导出 CSV",
            en=f"{count:,} rows are more than a sheet holds; export CSV",
        )
    # FileResponse closes the file, which removes it
    file = tempfile.TemporaryFile()  # noqa: SIM115
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    head = book.add_format({"bold": True, "bg_color": "#EEF2F6", "bottom": 1})
    looks = {
        "money": book.add_format({"num_format": "#,##0.00"}),
        "percent": book.add_format({"num_format": "0.0%"}),
        "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }
    for place, column in enumerate(columns):
        sheet.write_string(0, place, str(column.label), head)
        sheet.set_column(place, place, 14 if column.is_number else 18)
    sheet.freeze_panes(1, 1)
    for number, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            _write(sheet, number, place, column.exported(row), looks.get(column.kind))
    book.close()
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx")


def _write(sheet: Any, number: int, place: int, value: Any, look: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool | str):
        sheet.write_string(number, place, str(value))
    elif isinstance(value, Decimal | int | float):
        sheet.write_number(number, place, float(value), look)
    elif isinstance(value, datetime | date):
        sheet.write_datetime(number, place, value, look)
