"""The clearing as a workbook: of one institution (amounts and steps), or of the whole community, a line for each."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter

from yigongti.processes.year_end_clearing.models import ClearingRow, ClearingRun
from yigongti.processes.year_end_clearing.statement import LINES, amount_of, basis_of

_HEADS = {
    "zh": (
        ("机构代码", "机构", "层级"),
        ("步骤", "算式", "结果", "依据"),
        ("清算", "算式", "年度", "额度", "支出", "摘要"),
    ),
    "en": (
        ("Code", "Institution", "Tier"),
        ("Step", "Formula", "Result", "Basis"),
        ("Clearing", "Formulas", "Year", "Quota", "Spent", "Digest"),
    ),
}


def clearing_workbook(run: ClearingRun, rows: Sequence[ClearingRow], language: str) -> bytes:
    """Two sheets: what each of the rows is due, and the steps; made at the time of the run, so that the same run gives
    the same workbook."""
    short = "en" if language.startswith("en") else "zh"
    own, steps_heads, words = _HEADS[short]
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties(
        {"created": run.computed_at.replace(tzinfo=None), "title": f"{run.year} {run.institution.code}"}
    )
    head, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    sheet = book.add_worksheet(words[0])
    facts = ((words[2], run.year), (words[3], run.quota), (words[4], run.spending), (words[5], run.digest))
    for number, (label, value) in enumerate(facts):
        sheet.write_string(number, 0, label, head)
        _write(sheet, number, 1, value, money)
    labels = [*own, *(label.in_language(language) for _name, label in LINES)]
    for column, label in enumerate(labels):
        sheet.write_string(len(facts) + 1, column, label, head)
    sheet.set_column(0, len(labels) - 1, 18)
    for number, row in enumerate(rows, start=len(facts) + 2):
        cells = [row.institution.code, row.institution.in_language(language), row.tier]
        for column, value in enumerate([*cells, *(getattr(row, name) for name, _label in LINES)]):
            _write(sheet, number, column, value, money)
    _steps(book.add_worksheet(words[1]), run, rows, short, steps_heads, head)
    book.close()
    return file.getvalue()


def _steps(
    sheet: Any, run: ClearingRun, rows: Sequence[ClearingRow], short: str, heads: Sequence[str], head: Any
) -> None:
    for column, label in enumerate(("", *heads)):
        sheet.write_string(0, column, label, head)
    sheet.set_column(0, 4, 28)
    told = [(run.institution.code, step) for step in (*run.steps, *run.tiers)]
    told += [(row.institution.code, step) for row in rows for step in row.steps]
    for number, (code, step) in enumerate(told, start=1):
        cells = (code, step["label"][short], step["sum"][short], amount_of(step), basis_of(step))
        for column, text in enumerate(cells):
            sheet.write_string(number, column, text)


def _write(sheet: Any, row: int, column: int, value: Any, money: Any) -> None:
    """Amounts as numbers that a sheet can add up; everything else as text, never as a formula."""
    if isinstance(value, Decimal):
        sheet.write_number(row, column, float(value), money)
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value))
