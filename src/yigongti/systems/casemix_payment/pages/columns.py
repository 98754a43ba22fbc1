"""Columns and rows that several tables of this system share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigongti.kernel.organisations.models import Department
from yigongti.kernel.presentation.tables import Column
from yigongti.systems.casemix_payment.definitions import DEFINITIONS, figures_of

UNNAMED = ""


def figure_columns(names: Iterable[str], *, hidden: Iterable[str] = ()) -> list[Column]:
    """One column for each figure; sums have a total."""
    away = set(hidden)
    return [
        Column(
            d.name,
            d.label,
            d.kind,
            total=not d.denominator,
            hidden=d.name in away,
            places=2 if d.kind == "percent" else d.places,
        )
        for d in (DEFINITIONS[name] for name in names)
    ]


def with_figures(
    rows: Iterable[Mapping[str, Any]], **named: Callable[[Mapping[str, Any]], Any]
) -> list[dict[str, Any]]:
    """The rows of sums with every figure, and the further keys that `named` computes."""
    found = []
    for row in rows:
        full = {**row, **figures_of(row)}
        found.append({**full, **{name: make(full) for name, make in named.items()}})
    return found


def department_label(departments: Mapping[tuple[int, str], Department], institution_id: int, code: str) -> str:
    """The department's name in the user's language; its code where the register does not know it."""
    known = departments.get((institution_id, code))
    if known is not None:
        return known.in_language(get_language() or "zh-hans")
    return code or _("Department missing")
