"""Under which names the columns of a fact table come: the vocabularies of files, and looking a header up in them.

Sources: the front page of 2011 and the national interface as transcribed in foundation.schemas; the Chinese names
of principal and other diagnoses and the part columns are from memory (checked: false).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from yigongti.facts.submissions.profiles import MappingProfile
from yigongti.foundation.schemas import Column, FactTable

WHOLE, ITEM, PART = "whole", "item", "part"


@dataclass(frozen=True, slots=True)
class Target:
    """What a file column holds. how: "whole" (the value, a list joined with "|"), "item" (member `number` of a list,
    0 for the head) or "part" (`part` of a value). vocabulary: own, pinyin, national, label or profile."""

    column: str
    how: str = WHOLE
    number: int = 0
    part: str = ""
    vocabulary: str = "own"


_PARTS: dict[str, dict[str, tuple[str, str]]] = {
    "discharges": {
        "RYSJS": ("admitted_at", "hour"),
        "CYSJS": ("discharged_at", "hour"),
        "RYQ_T": ("coma_before_minutes", "days"),
        "C28": ("coma_before_minutes", "days"),
        "RYQ_XS": ("coma_before_minutes", "hours"),
        "C29": ("coma_before_minutes", "hours"),
        "RYQ_F": ("coma_before_minutes", "minutes"),
        "C30": ("coma_before_minutes", "minutes"),
        "RYH_T": ("coma_after_minutes", "days"),
        "C31": ("coma_after_minutes", "days"),
        "RYH_XS": ("coma_after_minutes", "hours"),
        "C32": ("coma_after_minutes", "hours"),
        "RYH_F": ("coma_after_minutes", "minutes"),
        "C33": ("coma_after_minutes", "minutes"),
    },
}
_LABELS: dict[str, dict[str, Target]] = {
    "discharges": {
        name: Target(column, ITEM, 0, vocabulary="label")
        for name, column in {
            "主要诊断编码": "diagnoses",
            "出院主要诊断编码": "diagnoses",
            "主要诊断疾病编码": "diagnoses",
            "主要诊断入院病情": "admission_conditions",
            "主要手术及操作编码": "procedures",
            "主要手术操作编码": "procedures",
            "主要手术及操作日期": "procedure_dates",
        }.items()
    },
}
_NUMBERED_LABELS: dict[str, dict[str, str]] = {
    "discharges": {
        "其他诊断编码": "diagnoses",
        "出院其他诊断编码": "diagnoses",
        "其他诊断入院病情": "admission_conditions",
        "其他手术及操作编码": "procedures",
        "其他手术操作编码": "procedures",
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
            ("pinyin", column.pinyin, column.head_pinyin),
            ("national", column.national, column.head_national),
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
