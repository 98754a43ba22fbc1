"""Second registrations of the same person, and look-alikes who are not: what the matching of identities is measured by.

About three in a thousand residents are registered twice, each time with one of the slips below, in turn; a second
registration has no insured number. About one in a thousand has a look-alike: a twin, a father or son of one name, a
cousin of one name and birth date. All of them are written down in truth/duplicate_patients.csv and
truth/look_alikes.csv.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from yigongti.demo.county.names import given_places
from yigongti.demo.county.plan import CountyPlan
from yigongti.demo.county.residents import REGION, VILLAGE_ROWS, Residents, address_in, with_check_places
from yigongti.demo.county.streams import array_stream, case_stream

SLIPS = (
    "number_missing",
    "name_sounds_alike",
    "birth_day_mistyped",
    "number_digit_mistyped",
    "number_digits_swapped",
    "month_and_day_swapped",
    "moved_by_marriage",
    "name_other_character",
    "full_width_digits",
    "phone_missing",
    "two_slips",
)
"""Kinds of second registrations, planted in turn. Where a birth date cannot be swapped, a digit of its year is wrong
(birth_year_mistyped)."""

LIKENESSES = ("twin", "twin_without_number", "father_and_son", "son_without_number", "cousin")
"""Kinds of look-alikes, planted in turn. All of them are persons of their own."""

_SOUND_ALIKE = dict(zip("国明华英秀玲伟文兰丽军平梅轩涵", "帼铭桦瑛绣铃炜纹岚莉君萍玫宣晗", strict=True))
_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@dataclass(frozen=True, slots=True)
class PlantedRegistration:
    """A registration beside the residents' own. at: the resident whom it doubles or resembles, who is `of`.

    village: place in VILLAGE_ROWS. An empty number, phone or insured number is written as nothing.
    """

    resident_id: str
    of: str
    at: int
    what: str
    name: str
    resident_number: str
    birth_date: date
    village: int
    address: str
    phone: str
    insured_number: str = ""


def plant_duplicates(plan: CountyPlan, residents: Residents) -> tuple[PlantedRegistration, ...]:
    """The second registrations, three for each thousand residents, six at least."""
    stream = array_stream(plan.seed, "duplicate residents")
    count = max(6, len(residents) * 3 // 1000)
    chosen = np.sort(stream.choice(len(residents), size=count, replace=False)).tolist()
    return tuple(
        _slipped(
            _copy(residents, at, f"R{len(residents) + number + 1:07d}", SLIPS[number % len(SLIPS)]),
            number // len(SLIPS),
            case_stream(plan.seed, "duplicate resident", number),
        )
        for number, at in enumerate(chosen)
    )


def plant_look_alikes(plan: CountyPlan, residents: Residents, after: int) -> tuple[PlantedRegistration, ...]:
    """The look-alikes, one for each thousand residents, five at least. after: how many registrations there are."""
    stream = array_stream(plan.seed, "look-alikes")
    count = max(5, len(residents) // 1000)
    chosen = np.sort(stream.choice(len(residents), size=count, replace=False)).tolist()
    return tuple(
        _resembling(
            _copy(residents, at, f"R{after + number + 1:07d}", LIKENESSES[number % len(LIKENESSES)]),
            residents,
            number,
            case_stream(plan.seed, "look-alike", number),
        )
        for number, at in enumerate(chosen)
    )


def _copy(residents: Residents, at: int, resident_id: str, what: str) -> PlantedRegistration:
    return PlantedRegistration(
        resident_id=resident_id,
        of=residents.resident_id(at),
        at=at,
        what=what,
        name=residents.names[at],
        resident_number=str(residents.numbers[at]),
        birth_date=residents.birth_date(at),
        village=int(residents.village[at]),
        address=residents.address(at),
        phone=residents.phone(at),
    )


def _slipped(copy: PlantedRegistration, round_: int, draw: random.Random) -> PlantedRegistration:
    if copy.what == "two_slips":
        first, second = (
            ("number_missing", "name_sounds_alike"),
            ("number_digit_mistyped", "birth_year_mistyped"),
            ("number_missing", "new_phone"),
            ("moved_by_marriage", "name_sounds_alike"),
            ("number_missing", "name_other_character"),
        )[round_ % 5]
        return _slip(_slip(copy, first, draw), second, draw)
    if copy.what == "month_and_day_swapped" and not _can_be_swapped(copy.birth_date):
        copy = replace(copy, what="birth_year_mistyped", resident_number="")
    return _slip(copy, copy.what, draw)


def _slip(copy: PlantedRegistration, what: str, draw: random.Random) -> PlantedRegistration:
    """The registration with one slip of that kind."""
    number, born = copy.resident_number, copy.birth_date
    match what:
        case "number_missing":
            return replace(copy, resident_number="")
        case "phone_missing":
            return replace(copy, resident_number="", phone="")
        case "new_phone":
            return replace(copy, phone=f"1990000{draw.randrange(10_000):04d}")
        case "name_sounds_alike":
            return replace(copy, name=_sounding_alike(copy.name))
        case "name_other_character":
            return replace(copy, name=_other_character(copy.name, number, born.year, draw))
        case "birth_day_mistyped":
            wrong = born - timedelta(days=draw.randint(1, 5))
            return replace(copy, birth_date=wrong, resident_number=_number(wrong, f"9{number[15:17]}"))
        case "birth_year_mistyped":
            return replace(copy, birth_date=_year_mistyped(born, draw))
        case "month_and_day_swapped":
            return replace(copy, birth_date=date(born.year, born.day, born.month), resident_number="")
        case "number_digit_mistyped":
            place = draw.randrange(6, 17)
            digit = str((int(number[place]) + draw.randint(1, 9)) % 10)
            return replace(copy, resident_number=number[:place] + digit + number[place + 1 :])
        case "number_digits_swapped":
            places = [place for place in range(6, 16) if number[place] != number[place + 1]]
            place = draw.choice(places)
            swapped = number[place + 1] + number[place]
            return replace(copy, resident_number=number[:place] + swapped + number[place + 2 :])
        case "moved_by_marriage":
            village = (copy.village + draw.randrange(1, len(VILLAGE_ROWS))) % len(VILLAGE_ROWS)
            house, phone = draw.randint(1, 180), f"1990000{draw.randrange(10_000):04d}"
            return replace(copy, village=village, address=address_in(village, house), phone=phone)
        case _:
            return replace(
                copy, resident_number=number.translate(_FULL_WIDTH), name=copy.name[0] + "　" + copy.name[1:]
            )


def _resembling(
    copy: PlantedRegistration, residents: Residents, number: int, draw: random.Random
) -> PlantedRegistration:
    """Another person of that likeness, with a valid number and an insured number of its own."""
    running, born = copy.resident_number[15:17], copy.birth_date
    other = replace(copy, insured_number=f"{REGION}9{number:09d}")
    match copy.what:
        case "twin" | "twin_without_number":
            name = _other_character(copy.name, copy.resident_number, born.year, draw)
            own = "" if copy.what == "twin_without_number" else _number(born, f"8{running}")
            return replace(other, name=name, resident_number=own)
        case "father_and_son" | "son_without_number":
            years = draw.randint(22, 32)
            year = born.year - years if born.year > 1960 else born.year + years
            born = date(year, draw.randint(1, 12), draw.randint(1, 28))
            own = "" if copy.what == "son_without_number" else _number(born, f"7{running}")
            return replace(other, birth_date=born, resident_number=own)
        case _:
            village = (copy.village + draw.randrange(1, len(VILLAGE_ROWS))) % len(VILLAGE_ROWS)
            house, phone = draw.randint(1, 180), f"1990000{draw.randrange(10_000):04d}"
            return replace(
                other,
                village=village,
                address=address_in(village, house),
                phone=phone,
                resident_number=_number(born, f"6{running}"),
            )


def _sounding_alike(name: str) -> str:
    like = "".join(_SOUND_ALIKE.get(place, place) for place in name[1:])
    return name[0] + (like if like != name[1:] else name[1:] + "儿")


def _other_character(name: str, number: str, year: int, draw: random.Random) -> str:
    """The name with another last character of the same fashion."""
    sex = "1" if not number or int(number[16]) % 2 else "2"
    places = given_places(sex, year)
    last = (places.index(name[-1]) if name[-1] in places else 0) + draw.randrange(1, len(places))
    return name[:-1] + places[last % len(places)]


def _can_be_swapped(born: date) -> bool:
    return born.day <= 12 and born.day != born.month


def _year_mistyped(born: date, draw: random.Random) -> date:
    """The last digit of the year is another one (a 29 February becomes a 28th)."""
    year = born.year // 10 * 10 + (born.year + draw.randint(1, 9)) % 10
    return date(year, born.month, 28 if (born.month, born.day) == (2, 29) else born.day)


def _number(born: date, running: str) -> str:
    return str(with_check_places([f"{REGION}{born:%Y%m%d}{running}"])[0])
