"""Which column of the file is which of ours, and where the header is.

A header cell may be the product's own name, a pinyin column of the front page (JBDM3), a letter-number column of
the national interface (C06x03C), the Chinese or English label, or what the institution's profile says. Numbered
columns are members of a list; a few columns are parts of one value (an hour beside a day, three columns of coma).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from yigongti.facts.submissions.profiles import MappingProfile
from yigongti.facts.submissions.vocabularies import ITEM, WHOLE, Target, Vocabulary, plain
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.schemas import FACT_TABLES, Column, FactTable

SEARCHED_ROWS = 30
"""The header is looked for in the first 30 rows; an error says so."""

IGNORED_HEADERS = ("行号", "错误说明", "row number", "what is wrong")
"""The columns that our own error workbook adds: a corrected workbook can be given back as it is."""


@dataclass(frozen=True, slots=True)
class Match:
    """One recognised column: its position in the file, its header as written, and what it holds."""

    position: int
    header: str
    target: Target


@dataclass(frozen=True, slots=True)
class Recognition:
    """The header as found. header_rows: how many rows from the top are not data. unknown: headers that were not
    recognised (reported, their cells are not read)."""

    header_row: int
    header_rows: int
    headers: tuple[str, ...]
    matches: tuple[Match, ...]
    unknown: tuple[str, ...]

    def of(self, column: str) -> list[Match]:
        """The file columns that feed one of ours, list members in order."""
        found = [match for match in self.matches if match.target.column == column]
        return sorted(found, key=lambda match: match.target.number)

    @property
    def columns(self) -> set[str]:
        return {match.target.column for match in self.matches}


@lru_cache(maxsize=16)
def _standard_vocabulary(kind: str) -> Vocabulary:
    return Vocabulary(FACT_TABLES[kind])


def recognise(kind: str, top: list[list[str]], profile: MappingProfile | None = None) -> Recognition:
    """Find the header in the first rows of a file and tell what each column holds.

    top: the first rows as text; title rows above the header and a header of two rows (group names over column
    names, as merged cells leave them) are understood.

    Raises InvalidInput: header_not_found, column_twice, required_column_missing.
    """
    vocabulary = _standard_vocabulary(kind) if profile is None else Vocabulary(FACT_TABLES[kind], profile)
    best: tuple[int, int, int, list[str]] | None = None  # recognised, -depth, -row, names
    for index, row in enumerate(top[:SEARCHED_ROWS]):
        candidates = [(1, [str(cell) for cell in row])]
        if index + 1 < len(top):
            candidates.append((2, _two_rows(row, top[index + 1], vocabulary)))
        for depth, names in candidates:
            count = sum(vocabulary.look_up(name) is not None for name in names)
            if best is None or (count, -depth, -index) > best[:3]:
                best = (count, -depth, -index, names)
    table = FACT_TABLES[kind]
    if best is None or best[0] < 2:
        raise _header_not_found(table)
    _, minus_depth, minus_index, names = best
    header_rows = -minus_index - minus_depth
    # a second header row that only repeats the names in another vocabulary is not data
    while header_rows < len(top) and _repeats_header(top[header_rows], vocabulary):
        header_rows += 1
    return _match(table, names, -minus_index + 1, header_rows, vocabulary)


def _two_rows(upper: list[str], lower: list[str], vocabulary: Vocabulary) -> list[str]:
    names, group = [], ""
    for position in range(max(len(upper), len(lower))):
        above = upper[position] if position < len(upper) else ""
        below = lower[position] if position < len(lower) else ""
        group = above if above.strip() else group
        if not below.strip():
            names.append(above)
        elif vocabulary.look_up(below) is None and vocabulary.look_up(group + below) is not None:
            names.append(group + below)
        else:
            names.append(below)
    return names


def _repeats_header(row: list[str], vocabulary: Vocabulary) -> bool:
    filled = [cell for cell in row if cell.strip()]
    return len(filled) >= 2 and sum(vocabulary.look_up(cell) is not None for cell in filled) * 2 > len(filled)


def _match(
    table: FactTable, names: list[str], header_row: int, header_rows: int, vocabulary: Vocabulary
) -> Recognition:
    matches: list[Match] = []
    unknown: list[str] = []
    seen: dict[Target, str] = {}
    for position, name in enumerate(names):
        target = vocabulary.look_up(name)
        if target is None:
            if name.strip() and plain(name) not in IGNORED_HEADERS:
                unknown.append(name.strip())
            continue
        place = Target(target.column, target.how, target.number, target.part)
        if place in seen:
            raise InvalidInput(
                "submission.column_twice",
                zh=f"表头“{seen[place]}”和“{name}”表示同一项，请删去其中一列",
                en=f"the headers “{seen[place]}” and “{name}” mean the same; remove one of the columns",
                where=f"第 {header_row} 行",
            )
        seen[place] = name.strip()
        matches.append(Match(position, name.strip(), target))
    recognition = Recognition(header_row, header_rows, tuple(names), tuple(matches), tuple(unknown))
    _check_mixed(recognition)
    _check_required(table, recognition)
    return recognition


def _check_mixed(recognition: Recognition) -> None:
    for column in recognition.columns:
        hows = {match.target.how for match in recognition.of(column)}
        if {WHOLE, ITEM} <= hows:
            headers = "、".join(match.header for match in recognition.of(column))
            raise InvalidInput(
                "submission.column_twice",
                zh=f"“{column}”既有合并在一格的列又有分开的列（{headers}），请只保留一种",
                en=f"“{column}” comes both in one cell and in numbered columns ({headers}); keep one of them",
            )


def _check_required(table: FactTable, recognition: Recognition) -> None:
    present = recognition.columns | {"institution_code"}  # the submission says whose it is
    if table.name == "discharges" and {"medical_record_number", "admission_count"} <= present:
        present |= {"case_id"}
    missing = [column for column in table if column.required and column.name not in present]
    if not missing:
        return
    looked_for = "；".join(f"{column.label.zh}（{_names(column)}）" for column in missing)
    in_english = "; ".join(f"{column.label.en} ({_names(column)})" for column in missing)
    raise InvalidInput(
        "submission.required_column_missing",
        zh=f"缺少必需的列：{looked_for}。请补上，或在映射方案中指明对应的表头",
        en=f"required columns are missing: {in_english}. Add them, or map your headers in a profile",
        where=f"第 {recognition.header_row} 行",
    )


def _names(column: Column) -> str:
    return " / ".join(name for name in (column.name, column.pinyin, column.national) if name)


def _header_not_found(table: FactTable) -> InvalidInput:
    examples = [c for c in table if c.required][:4]
    names = "、".join(f"{c.label.zh}/{c.pinyin or c.name}" for c in examples)
    return InvalidInput(
        "submission.header_not_found",
        zh=f"在前 {SEARCHED_ROWS} 行中没有找到{table.label.zh}的表头；表头应含“{names}”等列名",
        en=f"no header of {table.label.en} in the first {SEARCHED_ROWS} rows; it should hold names such as {names}",
    )
