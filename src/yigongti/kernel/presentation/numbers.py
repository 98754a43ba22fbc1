"""Numbers of rows as an address gives them: whoever writes an address may write anything."""

from __future__ import annotations

import re

_ROW_NUMBER = re.compile(r"[0-9]{1,18}")  # ASCII digits that fit a bigint: str.isdigit() takes ² and 5,000 digits too


def row_number(text: str) -> int:
    """The number of a row; 0, which no row has, for anything that is none."""
    return int(text) if _ROW_NUMBER.fullmatch(text) else 0
