"""Columns and labels that several tables of this system share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigongti.foundation.errors import Text
from yigongti.kernel.organisations.models import Department
from yigongti.kernel.presentation.tables import Column
from yigongti.systems.front_pages.queries import rates

GRADE_WORDS = {"excellent": Text("优", "excellent"), "good": Text("良", "good"), "poor": Text("差", "poor")}
GRADE_MARKS = {"excellent": "good", "good": "", "poor": "bad"}
SEVERITY_WORDS = {"error": Text("错误", "error"), "warning": Text("提示", "warning")}
DIMENSION_WORDS = {
    "completeness": Text("完整性", "completeness"),
    "accuracy": Text("准确性", "accuracy"),
    "consistency": Text("一致性", "consistency"),
    "logic": Text("逻辑性", "logic"),
}


def language() -> str:
    """The user's language."""
    return get_language() or "zh-hans"


def word(words: Mapping[str, Text], key: str) -> str:
    """The word of a code in the user's language; the code itself where there is none."""
    return words[key].in_language(language()) if key in words else key


def choices(words: Mapping[str, Text]) -> list[tuple[str, str]]:
    """(code, word) pairs for a filter."""
    return [(key, text.in_language(language())) for key, text in words.items()]


def department_label(departments: Mapping[tuple[int, str], Department], institution_id: int, code: str) -> str:
    """The department's name in the user's language; its code where the register does not know it."""
    known = departments.get((institution_id, code))
    if known is not None:
        return known.in_language(language())
    return code or _("Department missing")


def person_label(staff: Mapping[tuple[int, str], str], institution_id: int, code: str) -> str:
    """The physician's name; the code where the register does not know it."""
    return staff.get((institution_id, code)) or code or _("Physician missing")


def quality_columns() -> list[Column]:
    """Figures of quality, for rows made by `with_rates`."""
    return [
        Column("pages", _("Front pages"), "count", total=True),
        Column("pass_rate", _("Pass rate"), "percent"),
        Column("complete_rate", _("Complete rate"), "percent"),
        Column("excellent_rate", _("Excellent rate"), "percent", hidden=True),
        Column("mean_score", _("Mean score"), "number"),
        Column("defects", _("Defects"), "count", total=True),
        Column("errors", _("Errors"), "count", total=True, hidden=True),
        Column("failing", _("Not passing"), "count", total=True),
        Column("suggestions", _("With suggestions"), "count", total=True, hidden=True),
    ]


def with_rates(row: Mapping[str, Any], **named: Any) -> dict[str, Any]:
    """A row of sums with its rates and further keys."""
    return {**row, **rates(dict(row)), "failing": row["pages"] - row["passing"], **named}
