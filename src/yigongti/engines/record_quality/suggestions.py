"""Complications that a page's procedures suggest but its diagnoses lack.

A ventilated patient without respiratory failure, a transfusion without anaemia or bleeding: the coder looks again.
A suggestion is a question, not a defect: it costs no points. The map is `codesets/procedures_suggest_complications`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from yigongti.engines.record_quality.language import Condition, parse_condition
from yigongti.engines.record_quality.rules import wrong_rule
from yigongti.foundation.errors import Text


@dataclass(frozen=True, slots=True)
class Suggestion:
    """procedures: beginnings of procedure codes. categories: ICD-10 categories of which the page has none ("J96").

    asks: holds for a page that has the procedure and lacks the diagnosis.
    """

    id: str
    procedures: tuple[str, ...]
    procedure_label: Text
    categories: tuple[str, ...]
    diagnosis_label: Text
    asks: Condition


def read_suggestions(rows: Iterable[Mapping[str, str]], where: str) -> tuple[Suggestion, ...]:
    """Suggestions from rows of the map: id, procedures, procedure_zh, procedure_en, categories, diagnosis_zh,
    diagnosis_en; several procedures or categories are parted by blanks. Raises PolicyError."""
    suggestions: dict[str, Suggestion] = {}
    for number, row in enumerate(rows, start=1):
        place = f"{where} {number}"
        procedures, categories = tuple((row.get("procedures") or "").split()), (row.get("categories") or "").split()
        labels = [row.get(name) or "" for name in ("procedure_zh", "procedure_en", "diagnosis_zh", "diagnosis_en")]
        name = row.get("id") or ""
        complete = procedures and categories and all(labels) and name
        if not complete or name in suggestions or '"' in "".join(procedures):
            raise wrong_rule("这一行不完整或 id 重复", "the row is not complete or its id stands twice", place)
        beginnings = ", ".join(f'"{procedure}"' for procedure in procedures)
        asked = f"any procedures starts with {beginnings} and no diagnoses in category {', '.join(categories)}"
        suggestions[name] = Suggestion(
            id=name,
            procedures=procedures,
            procedure_label=Text(zh=labels[0], en=labels[1]),
            categories=tuple(categories),
            diagnosis_label=Text(zh=labels[2], en=labels[3]),
            asks=parse_condition(asked, {}, place),
        )
    return tuple(suggestions.values())
