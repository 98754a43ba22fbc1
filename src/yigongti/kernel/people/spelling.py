"""How names, numbers and telephones are written before they are kept, and how a name sounds: as engines/identity reads
them, so that what is kept can be found by what is compared."""

from __future__ import annotations

import unicodedata

from yigongti.engines.identity.public import normalise_name, normalise_number, normalise_phone
from yigongti.engines.identity.public import sound_of as engine_sound_of


def tidy(text: str) -> str:
    """Half-width, without blanks at the ends and with single ones inside."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def tidy_number(text: str) -> str:
    """An identity document's number: half-width, letters upper case, an old one of fifteen places as eighteen."""
    return normalise_number(text) or ""


def tidy_phone(text: str) -> str:
    """The digits of a telephone, without the country's 86; what cannot be a telephone stays as it is, to be refused."""
    return normalise_phone(text) or text.strip()


def sound_of(name: str) -> tuple[str, str]:
    """The name in pinyin without tones, and the same without what dialects confuse: ("zhangsan", "zansan")."""
    plain = normalise_name(name)
    if not plain:
        return "", ""
    sound = engine_sound_of(plain)
    return sound.full, sound.blurred


def number_body(number: str) -> str:
    """Places 7 to 17 of a resident number (birth date and running number): a slip in the rest leaves them. "" if it
    has not 18 places."""
    return number[6:17] if len(number) == 18 else ""
