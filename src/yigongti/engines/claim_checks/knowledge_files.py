"""Rows of knowledge as they are written, read and checked whole: what a code is, what a number, and whose days overlap.

The first columns are key, from, to and source (`knowledge.py`); the rest is what the handler declares. Workbooks that
are imported become the same rows (`workbooks.py`), so that there is one reading of them.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from yigongti.engines.claim_checks.handler import Handler
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, KnowledgeRow, KnowledgeTable, Value, ValueKind
from yigongti.foundation.errors import PolicyError

FIRST_COLUMNS = ("key", "from", "to", "source")


def wrong(what: str, zh: str, en: str, where: str) -> PolicyError:
    """The error that every mistake in a file of the claim checks becomes; `what` is the end of its code."""
    return PolicyError(f"claim_checks.{what}", zh=zh, en=en, where=where)


def read_day(text: str, where: str) -> date:
    """A day as 2026-01-31."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise wrong(
            "day_not_readable",
            f"“{text}”不是日期，请写成 2026-01-31",
            f"“{text}” is not a day; write 2026-01-31",
            where,
        ) from error


def read_days(first: str, last: str, where: str) -> tuple[date, date | None]:
    """The first and last day in force (None: no end yet). Raises PolicyError when the end lies before the start."""
    if not first:
        raise wrong("from_missing", "缺少生效日期 from", "`from`, the first day in force, is missing", where)
    valid_from = read_day(first, where)
    valid_to = read_day(last, where) if last else None
    if valid_to is not None and valid_to < valid_from:
        raise wrong(
            "end_before_start",
            f"截止日期 {valid_to} 早于生效日期 {valid_from}",
            f"the last day {valid_to} lies before the first {valid_from}",
            where,
        )
    return valid_from, valid_to


def knowledge_from_csv(path: Path, handler: Handler, where: str, sources: Collection[str] | None) -> KnowledgeTable:
    """The knowledge of a CSV file in UTF-8. sources: what a row may cite; None: not looked at, and it may be empty."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines)
            header = [name.strip() for name in next(reader, [])]
            _check_header(header, handler, where)
            written = []
            for cells in reader:
                if not any(cell.strip() for cell in cells):
                    continue
                place = _row(where, reader.line_num)
                if len(cells) != len(header):
                    raise wrong(
                        "row_of_other_width",
                        f"应有 {len(header)} 格，实有 {len(cells)} 格",
                        f"the row has {len(cells)} cells, the header {len(header)}",
                        place,
                    )
                written.append((place, dict(zip(header, cells, strict=True))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise wrong(
            "knowledge_not_readable",
            "知识表应为 UTF-8 编码的 CSV",
            "a table of knowledge must be CSV in UTF-8",
            where,
        ) from error
    return knowledge_from_rows(written, handler, sources)


def knowledge_from_rows(
    written: Iterable[tuple[str, Mapping[str, str]]], handler: Handler, sources: Collection[str] | None
) -> KnowledgeTable:
    """Rows as text, each with its place in words, as a checked table.

    Raises PolicyError at the first row that is wrong: an empty key or code, a value that cannot be read or is not
    allowed, a missing or unknown source, an end before its start, a key twice on one day.
    """
    rows: list[KnowledgeRow] = []
    places: dict[tuple[str, date], str] = {}
    for place, cells in written:
        row = _read_row({name: cell.strip() for name, cell in cells.items()}, handler, place, sources)
        if (row.key, row.valid_from) in places:
            raise wrong(
                "row_twice",
                f"知识点 {row.key} 自 {row.valid_from} 起写了两次（另一处：{places[row.key, row.valid_from]}）",
                f"the row {row.key} from {row.valid_from} stands twice (also at {places[row.key, row.valid_from]})",
                place,
            )
        places[row.key, row.valid_from] = place
        rows.append(row)
    _check_overlaps(rows, places, lambda row: row.key)
    if handler.one_row_by:
        _check_overlaps(rows, places, lambda row: tuple(row[name] for name in handler.one_row_by))
    return KnowledgeTable(tuple(rows))


def _row(where: str, number: int) -> str:
    return f"{where} 第 {number} 行"


def _check_header(header: list[str], handler: Handler, where: str) -> None:
    allowed = [*FIRST_COLUMNS, *(column.name for column in handler.knowledge)]
    needed = ["key", "from", *(column.name for column in handler.knowledge if column.required)]
    missing = [name for name in needed if name not in header]
    unknown = [name for name in header if name not in allowed]
    twice = sorted({name for name in header if header.count(name) > 1})
    if missing or unknown or twice:
        raise wrong(
            "knowledge_columns",
            f"知识表的列有误：缺少 {missing}，不认识 {unknown}，重复 {twice}；应为 {allowed}",
            f"the columns of the knowledge are wrong: missing {missing}, unknown {unknown}, twice {twice}; "
            f"allowed are {allowed}",
            where,
        )


def _read_row(cells: Mapping[str, str], handler: Handler, where: str, sources: Collection[str] | None) -> KnowledgeRow:
    key, source = cells.get("key", ""), cells.get("source", "")
    if not key:
        raise wrong("key_missing", "知识点没有编号 key", "the row of knowledge has no key", where)
    valid_from, valid_to = read_days(cells.get("from", ""), cells.get("to", ""), where)
    check_source(source, sources, where)
    values = {column.name: read_value(column, cells.get(column.name, ""), where) for column in handler.knowledge}
    return KnowledgeRow(key, valid_from, valid_to, source, values)


def check_source(source: str, sources: Collection[str] | None, where: str) -> None:
    """Raises PolicyError when a source is not named or not there; nothing is asked where sources is None."""
    if sources is None:
        return
    if not source:
        raise wrong("source_missing", "没有写明来源 source", "no source is given", where)
    if source not in sources:
        raise wrong("source_unknown", f"来源 {source} 不存在（policy/sources）", f"there is no source {source}", where)


def read_value(column: KnowledgeColumn, text: str, where: str) -> Value:
    """A cell as what its column holds; an empty one of a column that is not required: None, "" or ()."""
    if not text:
        if column.required:
            raise wrong("value_missing", f"“{column.label.zh}”（{column.name}）为空", f"{column.name} is empty", where)
        empty: dict[ValueKind, Value] = {ValueKind.CODES: (), ValueKind.CODE: "", ValueKind.TEXT: ""}
        return empty.get(column.kind)
    value: Value = text
    if column.kind is ValueKind.CODES:
        value = tuple(part.strip() for part in text.split("|"))
    elif column.kind in (ValueKind.INTEGER, ValueKind.DECIMAL):
        value = _number(column, text, where)
    said = value if isinstance(value, tuple) else (str(value),)  # the values allowed are told as a cell writes them
    if column.values and not set(said) <= set(column.values):
        raise wrong(
            "value_not_allowed",
            f"“{column.label.zh}”只能是 {'、'.join(column.values)}，不能是“{text}”",
            f"{column.name} can be {', '.join(column.values)}, not “{text}”",
            where,
        )
    if isinstance(value, tuple) and not all(value):
        raise wrong("code_empty", f"“{text}”中有空的编码", f"“{text}” holds an empty code", where)
    return value


def _number(column: KnowledgeColumn, text: str, where: str) -> Value:
    try:
        if column.kind is ValueKind.INTEGER:
            return int(text)
        number = Decimal(text)
        if not number.is_finite():
            raise ValueError(text)
        return number
    except (ValueError, InvalidOperation) as error:
        raise wrong(
            "value_not_readable",
            f"“{column.label.zh}”应为数字，实为“{text}”",
            f"{column.name} must be a number, not “{text}”",
            where,
        ) from error


def _check_overlaps(
    rows: Iterable[KnowledgeRow],
    places: Mapping[tuple[str, date], str],
    named_by: Callable[[KnowledgeRow], Hashable],
) -> None:
    """Rows of one name must follow each other: on no day may two of them be in force."""
    last: dict[Hashable, KnowledgeRow] = {}
    for row in sorted(rows, key=lambda row: row.valid_from):
        name = named_by(row)
        before = last.get(name)
        if before is not None and (before.valid_to is None or row.valid_from <= before.valid_to):
            shown = name if isinstance(name, str) else "、".join(map(str, name)) if isinstance(name, tuple) else ""
            raise wrong(
                "rows_overlap",
                f"{shown} 有两条知识点同时有效：{before.key} 自 {before.valid_from} 起，{row.key} 自"
                f" {row.valid_from} 起",
                f"{shown} has two rows in force at once: {before.key} from {before.valid_from} and {row.key} from"
                f" {row.valid_from}",
                places[row.key, row.valid_from],
            )
        last[name] = row
