"""How names, addresses and titles are compared: without case, accents, width and superfluous space."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 500  # characters that are compared: an index entry must stay below 2,700 bytes

_space = re.compile(r"\s+")
_chinese = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff·]+").fullmatch


def normal(text: str) -> str:
    """The form in which two texts are compared: lower case, no accents, narrow forms, single spaces, 500 characters.

    Chinese characters stay as they are; full-width letters and digits become narrow ones.
    """
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
        text = unicodedata.normalize("NFC", text)
    return _space.sub(" ", text.casefold()).strip()[:LONGEST]


def is_chinese(text: str) -> bool:
    """Whether a name consists of Chinese characters (and the dot of minority names)."""
    return _chinese(text) is not None
