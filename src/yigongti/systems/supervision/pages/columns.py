"""Columns that several tables of supervision have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from yigongti.foundation.errors import Text
from yigongti.kernel.presentation.tables import Column


def institution() -> Column:
    """The institution's name in the user's language."""
    return Column(
        "institution__name",
        _("Institution"),
        value=lambda row: Text(row["institution__name"], row["institution__name_en"] or row["institution__name"]),
        fields=["institution__name_en"],
    )


def labelled(choices: Sequence[tuple[str, Any]], row: Mapping[str, Any], name: str) -> str:
    """What a choice is called, "" for none."""
    return str(dict(choices).get(row[name], "")) if row[name] else ""
