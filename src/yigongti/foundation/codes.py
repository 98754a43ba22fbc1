"""Diagnosis and procedure codes as text: their shape, their category, and the editions they belong to.

Codes are strings, always: "010101" has a leading zero and "E10.900x011+I68.8*" a dagger and an asterisk.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Edition(StrEnum):
    """Which dictionary a code is written in."""

    INSURANCE = "insurance"  # 医保版 2.0: what grouping and settlement read
    CLINICAL = "clinical"  # 国临版 2022: what hospitals write


def normalise_code(text: str) -> str:
    """The code as dictionaries write it: trimmed, full-width forms narrowed, letters upper case except the 'x'
    of the national extensions ("i10.X00X002" -> "I10.x00x002")."""
    narrow = "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in text)
    narrow = re.sub(r"\s+", "", narrow).upper()
    return re.sub(r"(?<=[0-9.])X", "x", narrow)


def category(diagnosis: str) -> str:
    """The three-place ICD-10 category of a diagnosis code ("I10.x00x002" -> "I10"); "" for an empty code."""
    return diagnosis[:3]


def in_category_range(diagnosis: str, first: str, last: str) -> bool:
    """True when the code's category lies between two categories, both included ("O00" to "O99")."""
    return first <= diagnosis[:3] <= last
