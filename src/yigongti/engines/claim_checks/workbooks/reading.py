"""A published workbook, read into rows of knowledge; everything that is wrong in it is named by sheet and row.

Two layouts are met: one table that says item and restriction in a row; and two tables, of which one says for a name
what it is restricted to and the other which codes the name has. Both are told by their headings (layouts.yaml).
Nothing is guessed: a workbook with other headings is answered with its headings, and somebody says what they mean.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from yigongti.engines.claim_checks.workbooks.layouts import KnowledgeKind, Layouts, plain
from yigongti.engines.claim_checks.workbooks.sheets import Cell, SheetTable, tables
from yigongti.foundation.errors import Text

_DAY = re.compile(r"^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?$")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong. blocking: nothing can be taken over before it is mended; else the row is left out, or it is
    only told. code is stable."""

    code: str
    said: Text
    sheet: str = ""
    row: int = 0
    blocking: bool = True


@dataclass(frozen=True, slots=True)
class WorkbookRow:
    """A row of knowledge: for which check, its key there, its columns, and its days where the workbook says them."""

    check: str
    key: str
    values: Mapping[str, str]
    sheet: str
    row: int
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Reading:
    """What a workbook holds. kind None: the headings are new or contradict each other, and `headings` lists them."""

    kind: KnowledgeKind | None
    rows: tuple[WorkbookRow, ...]
    problems: tuple[Problem, ...]
    headings: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def may_be_taken_over(self) -> bool:
        return bool(self.rows) and not any(problem.blocking for problem in self.problems)

    def by_check(self) -> dict[str, list[WorkbookRow]]:
        """Check id → its rows, in the order of the workbook."""
        found: dict[str, list[WorkbookRow]] = defaultdict(list)
        for row in self.rows:
            found[row.check].append(row)
        return dict(found)


def read_sheets(
    sheets: Mapping[str, list[list[Cell]]],
    layouts: Layouts,
    *,
    kind_id: str = "",
    chosen: Mapping[str, str] | None = None,
) -> Reading:
    """Read the sheets (see `open_sheets`). kind_id, chosen: what somebody said about a workbook of unknown headings."""
    found = list(tables(sheets, layouts, chosen or {}))
    headings = tuple((table.sheet, table.headings) for table in found)
    problems: list[Problem] = []
    kind = layouts.kind(kind_id) if kind_id else _recognised(found, layouts)
    if kind is None:
        problems.append(_new_layout(found))
        return Reading(None, (), tuple(problems), headings)
    wanted = {concept for table in found for concept in table.concepts}
    for concept in sorted(kind.needs - wanted):
        problems.append(
            Problem("heading_missing", Text(f"缺少“{concept}”这一列", f"the column “{concept}” is missing"))
        )
    if problems:
        return Reading(kind, (), tuple(problems), headings)
    reader = _Reader(kind, layouts)
    for sheet, number, values, numeric in _joined(found, kind, reader):
        reader.take(sheet, number, values, numeric)
    for table in found:
        for heading in table.unknown:
            reader.tell(
                "heading_left",
                f"未用到表头“{heading}”",
                f"the heading “{heading}” is not used",
                table.sheet,
                table.heading_row,
            )
    return Reading(kind, tuple(reader.rows.values()), tuple(reader.problems), headings)


def _recognised(found: Iterable[SheetTable], layouts: Layouts) -> KnowledgeKind | None:
    kinds = set()
    every: list[str] = []
    for table in found:
        types = {plain(values["restriction_type"]) for _, values in table.rows if values.get("restriction_type")}
        every += table.concepts
        for text in types:
            kind = layouts.recognise((), {text})
            kinds.add(kind.id if kind else "")
    if kinds:  # the workbook names its kind itself: one, and a known one
        return layouts.kind(kinds.pop()) if len(kinds) == 1 and kinds != {""} else None
    return layouts.recognise(every, set())


def _new_layout(found: Iterable[SheetTable]) -> Problem:
    names = "；".join(f"{table.sheet}：{'、'.join(table.headings)}" for table in found) or "（空表）"
    return Problem(
        "layout_unknown",
        Text(
            f"没有见过这种表头，请指明规则类别和各列含义。表头：{names}",
            f"these headings are new: say which kind it is and what the columns mean. Headings: {names}",
        ),
    )


_Row = tuple[str, int, Mapping[str, str], bool]


def _joined(found: list[SheetTable], kind: KnowledgeKind, reader: _Reader) -> Iterable[_Row]:
    """Rows with everything the kind needs. A table without codes is joined with one without restrictions by name."""
    whole = [table for table in found if kind.needs <= set(table.concepts)]
    if whole:
        for table in whole:
            yield from _rows_of(table, kind)
        return
    named = [table for table in found if kind.code not in table.concepts and "name" in table.concepts]
    coded = [table for table in found if kind.code in table.concepts and "name" in table.concepts]
    restricted: dict[str, tuple[str, int, Mapping[str, str]]] = {}
    for table in named:
        for number, values in table.rows:
            name = values["name"]
            earlier = restricted.get(name)
            if earlier and earlier[2].get(kind.word_in) != values.get(kind.word_in):
                reader.wrong(
                    "name_twice", f"“{name}”有两种限定", f"“{name}” is restricted in two ways", table.sheet, number
                )
            restricted.setdefault(name, (table.sheet, number, values))
    met: set[str] = set()
    for table in coded:
        for sheet, number, values, numeric in _rows_of(table, kind):
            if values["name"] not in restricted:
                reader.wrong(
                    "name_unknown",
                    f"“{values['name']}”有编码而没有限定",
                    f"“{values['name']}” has a code and no restriction",
                    sheet,
                    number,
                )
                continue
            met.add(values["name"])
            said = {concept: text for concept, text in restricted[values["name"]][2].items() if text}
            yield sheet, number, {**said, **{c: t for c, t in values.items() if t}}, numeric
    for name, (sheet, number, _values) in restricted.items():
        if name not in met:
            reader.wrong("name_without_code", f"“{name}”没有编码", f"“{name}” has no code", sheet, number)


def _rows_of(table: SheetTable, kind: KnowledgeKind) -> Iterable[_Row]:
    above = ""
    for number, values in table.rows:
        name = values.get("name", "")
        if "name" in table.concepts and not name and values.get(kind.code):
            values = {**values, "name": above}  # a merged cell: the name stands once for several codes
        above = name or above
        yield table.sheet, number, values, (number, kind.code) in table.numbers


class _Reader:
    """Collects rows and problems; two rows of one key are the same row once, or a contradiction."""

    def __init__(self, kind: KnowledgeKind, layouts: Layouts) -> None:
        self.kind, self.layouts = kind, layouts
        self.rows: dict[tuple[str, str], WorkbookRow] = {}
        self.problems: list[Problem] = []

    def wrong(self, code: str, zh: str, en: str, sheet: str, row: int) -> None:
        self.problems.append(Problem(code, Text(zh, en), sheet, row))

    def tell(self, code: str, zh: str, en: str, sheet: str, row: int) -> None:
        self.problems.append(Problem(code, Text(zh, en), sheet, row, blocking=False))

    def take(self, sheet: str, number: int, cells: Mapping[str, str], numeric: bool) -> None:
        kind = self.kind
        code = cells.get(kind.code, "")
        if not code:
            self.wrong("code_missing", "没有编码", "there is no code", sheet, number)
            return
        if numeric:
            self.wrong(
                "code_is_a_number",
                f"编码 {code} 被存成数字，前面的 0 可能已丢失，请改为文本",
                f"the code {code} is stored as a number and may have lost its zeros: make it a text",
                sheet,
                number,
            )
            return
        word = plain(cells.get(kind.word_in, ""))
        if word in kind.left_out:
            why = kind.left_out[word]
            self.tell("left_out", f"未纳入：{why}", f"left out: {why}", sheet, number)
            return
        if kind.words and word not in kind.words:
            said = cells.get(kind.word_in, "")
            self.wrong("word_unknown", f"不认识“{said}”", f"“{said}” is not known", sheet, number)
            return
        family = self.layouts.family(code)
        check = kind.check_by_word.get(word) or kind.checks.get(family, "")
        if not check:
            self.wrong(
                "code_of_no_family",
                f"编码 {code} 不是这类规则的对象",
                f"the code {code} is nothing this rule is about",
                sheet,
                number,
            )
            return
        days = self._days(cells, sheet, number)
        if days is None:
            return
        values = {"item_code": code, "item_name": cells.get("name", "")} | dict(kind.fixed)
        values |= {column: cells.get(concept, "") for concept, column in kind.into.items()}
        values |= dict(kind.words.get(word, {}))
        self._doubt(cells.get("explanation", ""), values, sheet, number)
        self._keep(WorkbookRow(check, ">".join(values[column] for column in kind.key), values, sheet, number, *days))

    def _doubt(self, explanation: str, values: Mapping[str, str], sheet: str, number: int) -> None:
        for word, meant in self.kind.doubts.items():
            if word in explanation and any(value not in values.get(column, "") for column, value in meant.items()):
                zh = f"说明写有“{word}”，限定列没有，按限定列采用：{explanation}"
                en = f"the explanation says “{word}”, the restriction does not; the restriction is taken: {explanation}"
                self.tell("explained_otherwise", zh, en, sheet, number)

    def _keep(self, row: WorkbookRow) -> None:
        place = (row.check, row.key if row.valid_from is None else f"{row.key}@{row.valid_from}")
        before = self.rows.setdefault(place, row)
        if before is row:
            return
        where = f"{before.sheet} {before.row}"
        if before.values == row.values and before.valid_to == row.valid_to:
            self.tell("row_twice", f"与 {where} 相同，只取一次", f"the same as {where}: taken once", row.sheet, row.row)
        else:
            self.wrong(
                "code_twice", f"{row.key} 与 {where} 不一致", f"{row.key} contradicts {where}", row.sheet, row.row
            )

    def _days(self, cells: Mapping[str, str], sheet: str, number: int) -> tuple[date | None, date | None] | None:
        found: list[date | None] = []
        for concept in ("valid_from", "valid_to"):
            text = cells.get(concept, "")
            day = _day(text)
            if text and day is None:
                self.wrong("day_unreadable", f"“{text}”不是日期", f"“{text}” is no date", sheet, number)
                return None
            found.append(day)
        first, last = found
        if first and last and last < first:
            self.wrong(
                "end_before_start",
                f"失效日 {last} 早于生效日 {first}",
                f"the end {last} is before the start {first}",
                sheet,
                number,
            )
            return None
        return first, last


def _day(text: str) -> date | None:
    match = _DAY.match(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None
