"""The sheets of a workbook as rows of cells, each table found below its heading."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from yigongti.engines.claim_checks.workbooks.layouts import Layouts
from yigongti.foundation.errors import InvalidInput

Cell = object


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A table on a sheet. columns: place → concept; unknown: headings that nobody knows; rows: (row number as the
    workbook counts it, concept → text). numbers: cells that were numbers, as (row number, concept)."""

    sheet: str
    heading_row: int
    columns: Mapping[int, str]
    headings: tuple[str, ...]
    unknown: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    numbers: frozenset[tuple[int, str]]

    @property
    def concepts(self) -> tuple[str, ...]:
        return tuple(self.columns.values())


def open_sheets(content: bytes) -> dict[str, list[list[Cell]]]:
    """Sheet name → rows of cells. Raises InvalidInput for what is no workbook or is locked by a password."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {name: _cells(book.get_sheet_by_name(name)) for name in book.sheet_names}
    except PasswordError as error:
        raise InvalidInput(
            "knowledge.locked", zh="工作簿有密码，请先去掉密码", en="the workbook has a password: remove it first"
        ) from error
    except (CalamineError, ValueError, OSError) as error:
        raise InvalidInput(
            "knowledge.no_workbook",
            zh="这不是可以读取的工作簿（xlsx、xls、ods）",
            en="this is no workbook that can be read (xlsx, xls, ods)",
        ) from error


def _cells(sheet: CalamineSheet) -> list[list[Cell]]:
    return [list(row) for row in sheet.to_python(skip_empty_area=False)]


def tables(sheets: Mapping[str, list[list[Cell]]], layouts: Layouts, chosen: Mapping[str, str]) -> Iterator[SheetTable]:
    """The table of each sheet that is not empty. chosen: heading → concept, said by somebody ("": leave it)."""
    for name, rows in sheets.items():
        filled = [(number, row) for number, row in enumerate(rows, start=1) if any(_text(cell) for cell in row)]
        if not filled:
            continue
        number, heading = max(
            filled[: layouts.within_rows], key=lambda each: (_known(each[1], layouts, chosen), -each[0])
        )
        columns: dict[int, str] = {}
        unknown: list[str] = []
        for place, cell in enumerate(heading):
            text = _text(cell)
            concept = chosen.get(text, layouts.concept(text)) if text else ""
            if concept and concept not in columns.values():
                columns[place] = concept
            elif text and not (text in chosen and not chosen[text]):
                unknown.append(text)
        body = [(at, row) for at, row in filled if at > number]
        yield SheetTable(
            sheet=name,
            heading_row=number,
            columns=columns,
            headings=tuple(_text(cell) for cell in heading if _text(cell)),
            unknown=tuple(unknown),
            rows=tuple(
                (at, {concept: _text(row[place]) if place < len(row) else "" for place, concept in columns.items()})
                for at, row in body
            ),
            numbers=frozenset(
                (at, concept)
                for at, row in body
                for place, concept in columns.items()
                if place < len(row) and isinstance(row[place], int | float) and not isinstance(row[place], bool)
            ),
        )


def _known(row: list[Cell], layouts: Layouts, chosen: Mapping[str, str]) -> int:
    return sum(bool(chosen.get(_text(cell)) or layouts.concept(_text(cell))) for cell in row if _text(cell))


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return " ".join(str(cell).split())
