"""How names, numbers and telephones are written before they are kept: narrowed, without blanks, and the name's sound.

The one place where the register asks how a name sounds.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from pypinyin import lazy_pinyin


def tidy(text: str) -> str:
    """Half-width, without blanks at the ends and with single ones inside."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def tidy_number(text: str) -> str:
    """An identity document's number: half-width, without blanks, letters upper case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def tidy_phone(text: str) -> str:
    """The digits of a telephone, without the country's 86."""
    digits = "".join(c for c in unicodedata.normalize("NFKC", text) if c.isascii() and c.isdigit())
    return digits.removeprefix("00").removeprefix("86") if len(digits) > 11 else digits


@lru_cache(maxsize=65_536)
def sound_of(name: str) -> tuple[str, str]:
    """The name in pinyin without tones, and the same without what dialects confuse: ("zhangsan", "zansan")."""
    readings = ["".join(lazy_pinyin(character)).lower() for character in name if not character.isspace()]
    return "".join(readings), "".join(_blurred(reading) for reading in readings)


def _blurred(reading: str) -> str:
    for told_apart, kept in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        reading = kept + reading[2:] if reading.startswith(told_apart) else reading
    return reading[:-1] if reading.endswith("ng") else reading


def number_body(number: str) -> str:
    """Places 7 to 17 of a resident number (birth date and running number): a slip in the rest leaves them. "" if it
    has not 18 places."""
    return number[6:17] if len(number) == 18 else ""
