"""De-identified extracts: residents counted by coarse columns, and cells of few residents left out.

A cell that holds fewer residents than policy records.smallest_cell allows is not told; how many cells and residents
were left out is. If only one cell was left out, so is the next smallest, or it could be worked out from the total.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections
from django.utils.translation import gettext_lazy as _

Cell = tuple[str, ...]

COLUMNS: dict[str, Any] = {
    "age_band": _("Age band"),
    "sex": _("Sex"),
    "township": _("Township"),
    "diagnosis": _("Diagnosis category"),
    "month": _("Month"),
}
"""What may be chosen. diagnosis: first three places of ICD-10; month: of the diagnosis, else of the registration."""

BANDS = ((0, 6), (7, 17), (18, 44), (45, 64), (65, 74), (75, 200))
"""First and last age of each band."""


@dataclass(frozen=True, slots=True)
class Extract:
    """cells: values of the columns with how many residents, in order. left_out: cells not told, hidden: residents in
    them (of whom one may have been counted in several cells)."""

    columns: tuple[str, ...]
    cells: tuple[tuple[Cell, int], ...]
    left_out: int
    hidden: int
    smallest: int

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "columns": list(self.columns),
            "cells": [[*cell, count] for cell, count in self.cells],
            "left_out": self.left_out,
            "hidden": self.hidden,
            "smallest": self.smallest,
        }


def age_band(age: int | None) -> str:
    """45–64, 75+, or "" for an unknown age."""
    for first, last in BANDS:
        if age is not None and first <= age <= last:
            return f"{first}+" if last >= 200 else f"{first}-{last}"
    return ""


def suppressed(counts: Mapping[Cell, int], columns: Sequence[str], smallest: int) -> Extract:
    """The extract without its small cells."""
    ordered = sorted(counts.items(), key=lambda item: (item[1], item[0]))
    hidden = [item for item in ordered if item[1] < smallest]
    told = [item for item in ordered if item[1] >= smallest]
    if len(hidden) == 1 and told:
        hidden.append(told.pop(0))
    cells = tuple(sorted(told))
    return Extract(tuple(columns), cells, len(hidden), sum(count for _cell, count in hidden), smallest)


_RESIDENTS = """
    SELECT r.id, r.sex, extract(year FROM age(%(today)s, r.birth_date))::int, left(r.village_code, 9),
           to_char(r.registered_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')
      FROM people_resident r WHERE r.state = 'active' AND r.institution_id = ANY(%(institutions)s)
"""
_DIAGNOSES = """
    SELECT DISTINCT r.id, r.sex, extract(year FROM age(%(today)s, r.birth_date))::int, left(r.village_code, 9),
           left(coalesce(c.body->>'onsetDateTime', c.body->>'recordedDate', ''), 7), left(coding->>'code', 3)
      FROM people_resident r JOIN records_resource c ON c.resident_id = r.id AND c.type = 'Condition' AND NOT c.deleted,
           jsonb_array_elements(coalesce(c.body->'code'->'coding', '[]')) coding
     WHERE r.state = 'active' AND r.institution_id = ANY(%(institutions)s) AND coding->>'system' ~ 'icd'
"""


def extract_of(
    institution_ids: Sequence[int], columns: Sequence[str], smallest: int, today: date, *, using: str = "bulk"
) -> Extract:
    """Counts of the active residents whom these institutions keep; with a diagnosis column, of residents by diagnosis.

    Reads past row security: only for the job whose starter was permitted, and nothing of one person leaves here.
    """
    by_diagnosis = "diagnosis" in columns
    counts: Counter[Cell] = Counter()
    with connections[using].cursor() as cursor:
        cursor.execute(
            _DIAGNOSES if by_diagnosis else _RESIDENTS, {"today": today, "institutions": list(institution_ids)}
        )
        seen: set[tuple[Any, ...]] = set()
        for number, sex, age, township, month, *diagnosis in cursor:
            row = {
                "age_band": age_band(age),
                "sex": sex,
                "township": township,
                "month": month,
                "diagnosis": diagnosis[0] if diagnosis else "",
            }
            cell = tuple(row[name] for name in columns)
            if (number, cell) not in seen:  # a resident counts once in a cell
                seen.add((number, cell))
                counts[cell] += 1
    return suppressed(counts, columns, smallest)
