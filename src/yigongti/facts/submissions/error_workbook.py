"""The workbook that goes back to the clerk: the rows as they were written, and beside each what is wrong with it.

Its two header lines are the file's own headers and the product's names; a corrected workbook can be submitted as it
is, because the two columns it adds are known and left out. Every cell is written as text, never as a formula: a
cell that begins with "=" or "+" comes from a stranger.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from yigongti.facts.submissions.dry_run import DryRun, RecognisedColumn
from yigongti.facts.submissions.headers import IGNORED_HEADERS
from yigongti.facts.submissions.limits import Limits
from yigongti.facts.submissions.readers import Batch, open_reader
from yigongti.facts.submissions.row_errors import PROBLEMS, RowError
from yigongti.facts.submissions.vocabularies import PART

_SHEET_ROWS = 1_048_576
_CELL_CHARACTERS = 32_000
_CUT = "…（过长，未全部显示 / cut）"
_ADDED = 2


def write_error_workbook(
    source: Path,
    run: DryRun,
    target: Path,
    *,
    rows: Literal["with_errors", "all"] = "with_errors",
    limits: Limits | None = None,
) -> int:
    """Write the workbook and answer how many rows of the file it holds. Memory does not grow with the file.

    source: the file that the run read. rows: only those with an error, or all of them so that the corrected workbook
    can be submitted in its place; the first sheet says which. More rows than a sheet holds go on in further sheets.
    """
    workbook = xlsxwriter.Workbook(
        str(target),
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    reader = open_reader(source, run.kind, limits or Limits())
    try:
        summary = workbook.add_worksheet("说明")
        writer = _RowWriter(workbook, run)
        findings = groupby(run.findings, key=lambda finding: finding.row)
        waiting = next(findings, None)
        width = max((column.position for column in run.recognised), default=0) + 1
        headers = reader.top(run.header_row + 1)
        width = max(width, len(headers[run.header_row - 1]))
        for number, cells in _numbered(reader.batches(run.header_rows, width)):
            wrong: list[RowError] = []
            if waiting is not None and waiting[0] == number:
                wrong = list(waiting[1])
                waiting = next(findings, None)
            if wrong or rows == "all":
                writer.write(number, cells, wrong)
        _write_summary(workbook, summary, run, rows, writer.written)
        return writer.written
    finally:
        reader.close()
        workbook.close()


def _numbered(batches: Iterator[Batch]) -> Iterator[tuple[int, list[str]]]:
    """Rows in the order of their numbers, those with a wrong number of cells among them as one cell of text."""
    for batch in batches:
        columns = [column.to_pylist() for column in batch.cells]
        rows = [(int(number), [_shown(column[i]) for column in columns]) for i, number in enumerate(batch.numbers)]
        rows += [(number, [text]) for number, text in batch.broken]
        yield from sorted(rows, key=lambda row: row[0])


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "|".join("" if item is None else str(item) for item in value)
    return "" if value is None else str(value)


class _RowWriter:
    def __init__(self, workbook: xlsxwriter.Workbook, run: DryRun) -> None:
        self._workbook, self._run = workbook, run
        self._head = workbook.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1})
        self._said = workbook.add_format({"font_color": "#9C0006", "text_wrap": True, "valign": "top"})
        self._wrong = workbook.add_format({"bg_color": "#FFC7CE"})
        self._by_position = {column.position: column for column in run.recognised}
        self._sheet: Worksheet | None = None
        self._line = self.written = 0

    def write(self, number: int, cells: list[str], wrong: list[RowError]) -> None:
        if self._sheet is None or self._line >= _SHEET_ROWS:
            self._begin_sheet()
        assert self._sheet is not None
        self._sheet.write_number(self._line, 0, number)
        if wrong:
            self._sheet.write_string(self._line, 1, _cut("\n".join(_sentence(error) for error in wrong)), self._said)
        for position, text in enumerate(cells):
            marked = self._is_wrong(position, text, wrong)
            if text or marked:
                _write_text(self._sheet, self._line, position + _ADDED, text, self._wrong if marked else None)
        self._line += 1
        self.written += 1

    def _is_wrong(self, position: int, text: str, wrong: list[RowError]) -> bool:
        column = self._by_position.get(position)
        if column is None:
            return False
        return any(
            column.header in error.header.split(" + ")
            or (column.column == error.column and text.strip() == error.value)
            for error in wrong
        )

    def _begin_sheet(self) -> None:
        number = self.written // (_SHEET_ROWS - 2) + 1
        self._sheet = self._workbook.add_worksheet(f"数据{number}")
        self._sheet.freeze_panes(2, _ADDED)
        self._sheet.set_column(1, 1, 60)
        headers = {column.position: (column.header, _own_name(column)) for column in self._run.recognised}
        for line, added in enumerate((IGNORED_HEADERS[:2], IGNORED_HEADERS[2:])):
            for position, text in enumerate(added):
                self._sheet.write_string(line, position, text, self._head)
            for position, names in sorted(headers.items()):
                self._sheet.write_string(line, position + _ADDED, names[line], self._head)
        self._line = 2


def _own_name(column: RecognisedColumn) -> str:
    if column.how == PART:
        return f"{column.column} ({column.part})"
    return column.column if column.how == "whole" else f"{column.column} {column.number + 1}"


def _sentence(error: RowError) -> str:
    place = error.header or error.column
    written = f"“{error.value}”" if error.value else ""
    return f"{place}{written}：{error.text.zh} / {error.text.en}" if place else f"{error.text.zh} / {error.text.en}"


def _cut(text: str) -> str:
    return text if len(text) <= _CELL_CHARACTERS else text[:_CELL_CHARACTERS] + _CUT


def _write_text(sheet: Worksheet, line: int, position: int, text: str, style: Format | None) -> None:
    sheet.write_string(line, position, _cut(text), style)


def _write_summary(workbook: xlsxwriter.Workbook, sheet: Worksheet, run: DryRun, rows: str, written: int) -> None:
    shown_zh = "全部行" if rows == "all" else "仅有错误的行"
    shown_en = "all rows" if rows == "all" else "only the rows with an error"
    lines = (
        (
            f"文件 {run.file_name}（{run.institution_code}，{run.month}）：共 {run.rows} 行，"
            f"{run.errors} 处错误，未写入任何数据。"
        ),
        (
            f"File {run.file_name} ({run.institution_code}, {run.month}): {run.rows} rows, {run.errors} errors; "
            "nothing was written."
        ),
        f"后面的工作表列出{shown_zh}，共 {written} 行；红底为有误的单元格。更正后重新提交整份文件。",
        (
            f"The sheets behind hold {shown_en}, {written} of them; wrong cells are red. "
            "Correct them and submit the whole file again."
        ),
    )
    for line, text in enumerate(lines):
        sheet.write_string(line, 0, text)
    head = workbook.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1})
    titles = ("列 / column", "错误 / what is wrong", "处数 / count")
    for position, text in enumerate(titles):
        sheet.write_string(5, position, text, head)
    for line, (column, code, count) in enumerate(run.error_counts, start=6):
        said = PROBLEMS[code]
        sheet.write_string(line, 0, column or "—")
        sheet.write_string(line, 1, f"{said.zh} / {said.en}")
        sheet.write_number(line, 2, count)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
