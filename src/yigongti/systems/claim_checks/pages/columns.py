"""Columns, labels and filters that several tables of this system share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from yigongti.kernel.organisations.models import Department, Institution
from yigongti.kernel.presentation.tables import Column
from yigongti.systems.claim_checks.models import StrengthChoices
from yigongti.systems.claim_checks.pages.sentences import language
from yigongti.systems.claim_checks.wording import MARKS

SETTINGS = {
    "1": "outpatient",
    "2": "inpatient",
    "3": "emergency",
    "4": "pharmacy",
    "5": "online",
}


def said_field() -> str:
    """The field that holds the sentence in the user's language."""
    return "said_en" if language().startswith("en") else "said_zh"


def strength_column() -> Column:
    """The strength with its mark."""
    return Column(
        "strength",
        _("Strength"),
        choices=StrengthChoices.choices,
        value=lambda row: str(StrengthChoices(row["strength"]).label),
        mark=lambda row: MARKS[row["strength"]],
    )


def check_column(labels: Mapping[str, str], **more: Any) -> Column:
    """The check by its name; a check that no longer exists by its id."""
    return Column(
        "check_id",
        _("Check"),
        choices=sorted(labels.items(), key=lambda pair: pair[1]),
        value=lambda row: labels.get(row["check_id"], row["check_id"]),
        **more,
    )


def department_label(departments: Mapping[tuple[int, str], Department], institution_id: int, code: str) -> str:
    """The department's name in the user's language; its code where the register does not know it."""
    known = departments.get((institution_id, code))
    return known.in_language(language()) if known is not None else code or _("Department missing")


def institution_label(institutions: Mapping[int, Institution], institution_id: int) -> str:
    """The institution's name in the user's language."""
    known = institutions.get(institution_id)
    return known.in_language(language()) if known is not None else str(institution_id)
