"""What is told about a file that may be committed nevertheless."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from yigongti.facts.submissions.headers import Recognition
from yigongti.foundation.errors import Text

_WORDS: dict[str, tuple[str, str]] = {
    "unknown_headers": (
        "有 {count} 列未识别，其内容不会读入：{detail}",
        "{count} columns were not recognised and are not read: {detail}",
    ),
    "refunds": ("有 {count} 行退费（数量和金额为负）", "{count} lines are refunds (negative quantity and amount)"),
    "charged_after_month": (
        "有 {count} 行费用发生在出院月份之后",
        "{count} lines are charged after the discharge month",
    ),
    "settled_before_month": (
        "有 {count} 份清单的结算日期早于出院月份",
        "{count} lists were settled before the discharge month",
    ),
    "zero_ages": (
        "有 {count} 行年满一周岁而“不足一周岁天数”为 0，按未填处理",
        "{count} rows are one year or older with 0 days of age; read as not filled",
    ),
}


@dataclass(frozen=True, slots=True)
class FileWarning:
    """A remark on the whole file. code is stable; count says how many rows or columns it is about."""

    code: str
    count: int
    detail: str = ""

    @property
    def text(self) -> Text:
        zh, en = _WORDS[self.code]
        return Text(
            zh=zh.format(count=self.count, detail=self.detail), en=en.format(count=self.count, detail=self.detail)
        )


def tell_warnings(recognition: Recognition, counts: Counter[str], zero_ages: int) -> tuple[FileWarning, ...]:
    """The warnings of a run; those that count nothing are left out."""
    told = []
    if recognition.unknown:
        told.append(FileWarning("unknown_headers", len(recognition.unknown), "、".join(recognition.unknown)))
    told += [FileWarning(code, count) for code, count in sorted(counts.items()) if count]
    if zero_ages:
        told.append(FileWarning("zero_ages", zero_ages))
    return tuple(told)
