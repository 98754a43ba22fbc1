"""Which column of the file is which of ours, and where the header is.

A header cell may be the product's own name, a pinyin column of the front page (JBDM3), a letter-number column of
the national interface (C06x03C), the Chinese or English label, or what the institution's profile says. Numbered
columns are members of a list; a few columns are parts of one value (an hour beside a day, three columns of coma).
Sources: the front page of 2011 and the national interface as transcribed in foundation.schemas; the Chinese names
of principal and other diagnoses and the part columns are from memory (checked: false).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from yigongti.facts.submissions.profiles import MappingProfile
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.schemas import FACT_TABLES, Column, FactTable

SEARCHED_ROWS = 30
"""The header is looked for in the first 30 rows; an error says so."""

WHOLE, ITEM, PART = "whole", "item", "part"
IGNORED_HEADERS = ("行号", "错误说明", "row number", "what is wrong")
"""The columns that our own error workbook adds: a corrected workbook can be given back as it is."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a file column holds. how: "whole" (the value, a list joined with "|"), "item" (member `number` of a list,
    0 for the head) or "part" (`part` of a value). vocabulary: own, pinyin, national, label or profile."""

    column: str
    how: str = WHOLE
    number: int = 0
    part: str = ""
    vocabulary: str = "own"


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


_PARTS: dict[str, dict[str, tuple[str, str]]] = {
    "discharges": {
        "RYSJS": ("admitted_at", "hour"), "CYSJS": ("discharged_at", "hour"),
        "RYQ_T": ("coma_before_minutes", "days"), "C28": ("coma_before_minutes", "days"),
        "RYQ_XS": ("coma_before_minutes", "hours"), "C29": ("coma_before_minutes", "hours"),
        "RYQ_F": ("coma_before_minutes", "minutes"), "C30": ("coma_before_minutes", "minutes"),
        "RYH_T": ("coma_after_minutes", "days"), "C31": ("coma_after_minutes", "days"),
        "RYH_XS": ("coma_after_minutes", "hours"), "C32": ("coma_after_minutes", "hours"),
        "RYH_F": ("coma_after_minutes", "minutes"), "C33": ("coma_after_minutes", "minutes"),
    },
}
_LABELS: dict[str, dict[str, Target]] = {
    "discharges": {
        name: Target(column, ITEM, 0, vocabulary="label")
        for name, column in {
            "主要诊断编码": "diagnoses", "出院主要诊断编码": "diagnoses", "主要诊断疾病编码": "diagnoses",
            "主要诊断入院病情": "admission_conditions", "主要手术及操作编码": "procedures",
            "主要手术操作编码": "procedures", "主要手术及操作日期": "procedure_dates",
        }.items()
    },
}
_NUMBERED_LABELS: dict[str, dict[str, str]] = {
    "discharges": {
        "其他诊断编码": "diagnoses", "出院其他诊断编码": "diagnoses", "其他诊断入院病情": "admission_conditions",
        "其他手术及操作编码": "procedures", "其他手术操作编码": "procedures",
        "其他手术及操作日期": "procedure_dates",
    },
}


def plain(header: str) -> str:
    """A header as it is compared: narrow forms, no spaces or line breaks, no unit or remark in brackets at the
    end, no star for required, lower case."""
    text = unicodedata.normalize("NFKC", header)
    text = re.sub(r"[\s*＊:：]+", "", text).lower()
    return re.sub(r"\((元|天|克|g|小时|分钟|分|岁|必填|yuan)\)$", "", text)


class Vocabulary:
    """All names under which the columns of one kind of fact are known."""

    def __init__(self, table: FactTable, profile: MappingProfile | None = None) -> None:
        self.table = table
        self._exact: dict[str, Target] = {}
        self._patterns: list[tuple[re.Pattern[str], str, str, int]] = []
        self._ambiguous = _shared_labels(table)
        if profile is not None:
            self._add_profile(profile)
        for column in table:
            self._add(column.name, Target(column.name))
        for column in table:
            self._add_coded_names(column)
        for name, (own, part) in _PARTS.get(table.name, {}).items():
            self._exact[plain(name)] = Target(own, PART, part=part, vocabulary="national or pinyin")
        for column in table:
            self._add_labels(column)

    def _add(self, name: str, target: Target) -> None:
        if name:
            self._exact.setdefault(plain(name), target)

    def _add_pattern(self, name: str, column: str, vocabulary: str, shift: int = 0) -> None:
        if name:
            head, tail = re.split(r"\{n[^}]*\}", plain(name))
            self._patterns.append(
                (re.compile(re.escape(head) + "([0-9]{1,2})" + re.escape(tail)), column, vocabulary, shift)
            )

    def _add_profile(self, profile: MappingProfile) -> None:
        for own, headers in profile.columns.items():
            for number, header in enumerate(headers):
                if "{n" in header:
                    self._add_pattern(header, own, "profile")
                elif self.table[own].repeats and len(headers) > 1:
                    self._add(header, Target(own, ITEM, number, vocabulary="profile"))
                else:
                    self._add(header, Target(own, vocabulary="profile"))

    def _add_coded_names(self, column: Column) -> None:
        for vocabulary, name, head in (
            ("pinyin", column.pinyin, column.head_pinyin), ("national", column.national, column.head_national)
        ):
            if not column.repeats:
                self._add(name, Target(column.name, vocabulary=vocabulary))
                continue
            self._add_pattern(name, column.name, vocabulary)
            self._add(head, Target(column.name, ITEM, 0, vocabulary=vocabulary))
            # C14x01C is the head; some files go on with C14x02C instead of C35x01C
            if re.search(r"x01C?$", head):
                self._add_pattern(re.sub(r"x01(C?)$", r"x{n:02d}\1", head), column.name, vocabulary, -1)

    def _add_labels(self, column: Column) -> None:
        for label in (column.label.zh, column.label.en):
            if plain(label) in self._ambiguous:
                continue
            self._add(label, Target(column.name, vocabulary="label"))
            if column.repeats:
                self._add_pattern(label + "{n}", column.name, "label")
        for name, target in _LABELS.get(self.table.name, {}).items():
            self._add(name, target)
        for name, own in _NUMBERED_LABELS.get(self.table.name, {}).items():
            if own == column.name:
                self._add(name, Target(own, ITEM, 1, vocabulary="label"))
                self._add_pattern(name + "{n}", own, "label")

    def look_up(self, header: str) -> Target | None:
        """What a header names, or None."""
        key = plain(header)
        if not key:
            return None
        if key in self._exact:
            return self._exact[key]
        for pattern, column, vocabulary, shift in self._patterns:
            if match := pattern.fullmatch(key):
                return Target(column, ITEM, int(match[1]) + shift, vocabulary=vocabulary)
        return None


def _shared_labels(table: FactTable) -> set[str]:
    """Labels that two columns share ("Pathology", the fee and the code): they name neither."""
    owners: dict[str, set[str]] = {}
    for column in table:
        for label in (column.label.zh, column.label.en):
            owners.setdefault(plain(label), set()).add(column.name)
    return {label for label, columns in owners.items() if len(columns) > 1}


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
