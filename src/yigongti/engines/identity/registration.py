"""A registration of a resident as an institution wrote it down, and the same in the form in which it is compared.

Full-width digits, blanks, a small x, an old number of fifteen places, a telephone with +86: none of these is a
difference between two people. `normalise` takes them away; `comparisons.py` compares what is left.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from yigongti.engines.identity.names import sound_of
from yigongti.foundation.identifiers import read_resident_number, resident_check_place

_STAND_IN_BIRTH_DATES = frozenset({date(1900, 1, 1), date(1899, 12, 31), date(9999, 12, 31)})
_KNOWN_SEXES = frozenset({"1", "2"})
_NOT_IN_A_NAME = re.compile(r"[\s·•・‧．.\u200b-\u200f\ufeff\u0300-\u036f]+")
_NOT_IN_A_NUMBER = re.compile(r"[^0-9A-Z]+")
_SEEN_AS_X = str.maketrans({"×": "X", "Х": "X", "х": "X", "Χ": "X", "χ": "X"})
_NOT_IN_AN_ADDRESS = re.compile(r"[^0-9A-Za-z\u3400-\u9fff]+")
_NUMERALS = "零〇一二两三四五六七八九"
_DIGITS = r"[0-9]+(?:-[0-9]+)*"
_PLACE = re.compile(rf"({_DIGITS}|[{_NUMERALS}十百]+)(?=组|号|队|户|栋|幢|座|单元|室|楼|层|社|排|弄|巷)")


@dataclass(frozen=True, slots=True)
class Registration:
    """One registration. key: stable and unique over all registrations compared together.

    sex: "1" male, "2" female, anything else unknown. resident_number: as written, perhaps empty, perhaps with slips.
    household, insured_number: empty where there is none. phone_share: the share of all registrations with a telephone
    that give this one (number of them / all of them); 0 where it is not known, then the trained mean counts.
    """

    key: str
    name: str = ""
    sex: str = ""
    birth_date: date | None = None
    resident_number: str = ""
    phone: str = ""
    address: str = ""
    village_code: str = ""
    household: str = ""
    insured_number: str = ""
    phone_share: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.phone_share <= 1.0:
            raise ValueError(f"phone_share is a share between 0 and 1, not {self.phone_share}")

    @property
    def normalised(self) -> Normalised:
        """The same in the form in which it is compared."""
        return normalise(self)


@dataclass(frozen=True, slots=True)
class Normalised:
    """What two registrations are compared by. A text that is not known is None, never empty.

    sound, initials, blurred: see `names.Sound`. number_valid: 18 places, a true date, the right check place.
    number_body: places 7 to 17 (birth date and running number) of a number of 18 places.
    house: the numbers in the address ("3-12" for 三组12号), which tell houses of one village apart.
    """

    key: str
    name: str | None
    sound: str | None
    initials: str | None
    blurred: str | None
    sex: str | None
    birth_date: date | None
    birth_text: str | None
    birth_year: int | None
    number: str | None
    number_valid: bool
    number_body: str | None
    phone: str | None
    address: str | None
    house: str | None
    village_code: str | None
    household: str | None
    insured_number: str | None
    phone_share: float = 0.0


def normalise(given: Registration) -> Normalised:
    """The registration as it is compared. A birth date or sex that is missing is read from a valid number."""
    number = normalise_number(given.resident_number)
    read = read_resident_number(number) if number else None
    born = None if given.birth_date in _STAND_IN_BIRTH_DATES else given.birth_date
    sex = given.sex.strip()
    known_sex = sex if sex in _KNOWN_SEXES else None
    if read is not None:
        born = born or read.born_on
        known_sex = known_sex or read.sex
    name = normalise_name(given.name)
    sound = sound_of(name) if name else None
    address, house = normalise_address(given.address)
    return Normalised(
        key=given.key,
        name=name,
        sound=sound.full if sound else None,
        initials=sound.initials if sound else None,
        blurred=sound.blurred if sound else None,
        sex=known_sex,
        birth_date=born,
        birth_text=f"{born.year:04d}{born.month:02d}{born.day:02d}" if born else None,
        birth_year=born.year if born else None,
        number=number,
        number_valid=read is not None,
        number_body=number[6:17] if number and len(number) == 18 else None,
        phone=normalise_phone(given.phone),
        address=address,
        house=house,
        village_code=given.village_code.strip() or None,
        household=given.household.strip() or None,
        insured_number=normalise_number(given.insured_number),
        phone_share=given.phone_share,
    )


def normalise_name(text: str) -> str | None:
    """Half-width, without blanks, dots between the parts of a name and invisible marks; letters upper case."""
    if text.isalpha() and not text.isascii() and unicodedata.is_normalized("NFKC", text):
        return text.upper()
    return _NOT_IN_A_NAME.sub("", unicodedata.normalize("NFKC", text)).upper() or None


def normalise_number(text: str) -> str | None:
    """Half-width digits and a capital X only; a number of fifteen places in its form of eighteen; None for nothing
    and for a stand-in such as eighteen zeros."""
    if not (text.isascii() and text.isalnum()):
        text = unicodedata.normalize("NFKC", text).translate(_SEEN_AS_X)
    text = text.upper()
    if not (text.isascii() and text.isalnum()):
        text = _NOT_IN_A_NUMBER.sub("", text)
    if len(set(text)) <= 1:
        return None
    if len(text) == 15 and text.isdigit():
        seventeen = f"{text[:6]}19{text[6:]}"
        eighteen = seventeen + resident_check_place(seventeen)
        return eighteen if read_resident_number(eighteen) else text
    return text


def normalise_phone(text: str) -> str | None:
    """Digits only, without the country's 86; None for what cannot be a telephone."""
    if not (text.isascii() and text.isdigit()):
        text = "".join(c for c in unicodedata.normalize("NFKC", text) if c.isascii() and c.isdigit())
    if len(text) > 11:
        text = text.removeprefix("00").removeprefix("86")
    return text if len(text) >= 7 and len(set(text)) > 1 else None


@lru_cache(maxsize=65_536)
def normalise_address(text: str) -> tuple[str | None, str | None]:
    """The address without signs and blanks, and the numbers that tell its house; (None, None) for nothing."""
    narrow = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    plain = _NOT_IN_AN_ADDRESS.sub("", narrow)
    if not plain:
        return None, None
    numbers = [_digits(found) for found in _PLACE.findall(narrow)] or re.findall(_DIGITS, narrow)
    return plain, "-".join(numbers) or None


def _digits(numeral: str) -> str:
    """Digits of a numeral below a thousand as people write it in addresses ("十二" -> "12", "三" -> "3")."""
    if numeral[0].isdigit():
        return "-".join(part.lstrip("0") or "0" for part in numeral.split("-"))
    total, last = 0, 0
    if not set(numeral) & {"十", "百"}:
        return "".join(str(_value(place)) for place in numeral).lstrip("0") or "0"
    for place in numeral:
        if place in "十百":
            total += (last or 1) * (10 if place == "十" else 100)
            last = 0
        else:
            last = _value(place)
    return str(total + last)


def _value(numeral: str) -> int:
    return {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}[
        numeral
    ]
