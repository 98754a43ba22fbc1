"""Identifiers that carry a check: the resident number and the organisation code.

Resident number: GB 11643-1999 (18 places, birth date in places 7-14, sex in place 17, ISO 7064 MOD 11-2 check).
Organisation code of a health institution: WS 218 (8 places, a hyphen, one check place).
Both wordings are from memory: not checked against the official document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_PLACES = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class ResidentNumber:
    """What a valid resident number says of its holder. sex is "1" (male) or "2" (female)."""

    text: str
    born_on: date
    sex: str
    region: str


def resident_check_place(first_seventeen: str) -> str:
    """The eighteenth place that belongs to the first seventeen digits."""
    total = sum(int(d) * w for d, w in zip(first_seventeen, _RESIDENT_WEIGHTS, strict=True))
    return _RESIDENT_CHECKS[total % 11]


def read_resident_number(text: str) -> ResidentNumber | None:
    """The number's content, or None when its shape, its date or its check place is wrong."""
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9Xx]", text):
        return None
    text = text.upper()
    if resident_check_place(text[:17]) != text[17]:
        return None
    try:
        born_on = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None
    return ResidentNumber(text=text, born_on=born_on, sex="1" if int(text[16]) % 2 else "2", region=text[:6])


def organisation_check_place(first_eight: str) -> str:
    """The check place of an organisation code's eight places (digits and capital letters)."""
    total = sum(_ORGANISATION_PLACES.index(c) * w for c, w in zip(first_eight, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def is_organisation_code(text: str) -> bool:
    """True for eight places, a hyphen and the right check place."""
    match = re.fullmatch(r"([0-9A-Z]{8})-([0-9X])", text)
    return bool(match) and match is not None and organisation_check_place(match[1]) == match[2]
