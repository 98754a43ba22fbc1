"""What two registrations are compared by, and which level each comparison reaches.

Every comparison has levels in a fixed order, from most alike to unlike; `missing` says nothing either way. The
functions here judge one pair; `splink_model.py` says the same levels in SQL for millions of pairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz.distance import OSA, Hamming, Levenshtein

from yigongti.engines.identity.registration import Normalised
from yigongti.foundation.errors import Text

MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison with its levels, most alike first. `missing` belongs to every comparison and is not listed."""

    id: str
    label: Text
    levels: Mapping[str, Text]

    def says(self, level: str) -> Text:
        """The level in words."""
        return MISSING_SAID if level == MISSING else self.levels[level]


MISSING_SAID = Text(zh="至少一方没有填写，不作依据", en="not filled in on at least one side: says nothing")

COMPARISONS = (
    Comparison(
        "name",
        Text(zh="姓名", en="name"),
        {
            "same": Text(zh="同字", en="the same characters"),
            "same_sound": Text(zh="同音不同字", en="other characters of the same sound"),
            "similar_sound": Text(zh="读音相近（平翘舌、前后鼻音、n/l、f/h）", en="a sound that dialects confuse"),
            "one_character": Text(zh="只差一个字", en="one character differs"),
            "other": Text(zh="不同", en="different"),
        },
    ),
    Comparison(
        "birth_date",
        Text(zh="出生日期", en="birth date"),
        {
            "same": Text(zh="相同", en="the same"),
            "swapped": Text(zh="月与日写颠倒", en="month and day swapped"),
            "near": Text(zh="相差几天", en="a few days apart"),
            "one_digit": Text(zh="只差一个数字", en="one digit differs"),
            "same_year": Text(zh="同年", en="the same year"),
            "other": Text(zh="不同", en="different"),
        },
    ),
    Comparison(
        "sex",
        Text(zh="性别", en="sex"),
        {"same": Text(zh="相同", en="the same"), "other": Text(zh="不同", en="different")},
    ),
    Comparison(
        "number",
        Text(zh="身份证号", en="resident number"),
        {
            "same": Text(zh="相同", en="the same"),
            "slip": Text(
                zh="错、漏、多一位或相邻两位颠倒", en="one place wrong, left out or added, or two neighbours swapped"
            ),
            "region": Text(zh="只有地区码不同", en="only the places of the region differ"),
            "other": Text(zh="不同", en="different"),
        },
    ),
    Comparison(
        "phone",
        Text(zh="电话", en="telephone"),
        {"same": Text(zh="相同", en="the same"), "other": Text(zh="不同", en="different")},
    ),
    Comparison(
        "place",
        Text(zh="住址", en="address"),
        {
            "same_house": Text(zh="同村同门牌", en="the same house of the same village"),
            "same_village": Text(zh="同村", en="the same village"),
            "other": Text(zh="不同村", en="another village"),
        },
    ),
    Comparison(
        "household",
        Text(zh="户", en="household"),
        {"same": Text(zh="同户", en="the same household"), "other": Text(zh="不同户", en="another household")},
    ),
    Comparison(
        "insured",
        Text(zh="参保号", en="insured number"),
        {"same": Text(zh="相同", en="the same"), "other": Text(zh="不同", en="different")},
    ),
)


def levels_of(left: Normalised, right: Normalised, near_days: int) -> dict[str, str]:
    """The level that the pair reaches in each comparison. near_days: birth dates so many days apart are `near`."""
    return {
        "name": name_level(left, right),
        "birth_date": birth_date_level(left, right, near_days),
        "sex": _plain(left.sex, right.sex),
        "number": number_level(left.number, right.number),
        "phone": _plain(left.phone, right.phone),
        "place": place_level(left, right),
        "household": _plain(left.household, right.household),
        "insured": _plain(left.insured_number, right.insured_number),
    }


def name_level(left: Normalised, right: Normalised) -> str:
    """How alike the names are. One character differs only where at least one name has three: in a name of two
    characters it is the whole given name."""
    if left.name is None or right.name is None:
        return MISSING
    if left.name == right.name:
        return "same"
    if left.sound == right.sound:
        return "same_sound"
    if left.blurred == right.blurred:
        return "similar_sound"
    long_enough = max(len(left.name), len(right.name)) >= 3
    if long_enough and Levenshtein.distance(left.name, right.name, score_cutoff=1) <= 1:
        return "one_character"
    return "other"


def birth_date_level(left: Normalised, right: Normalised, near_days: int) -> str:
    """How alike the birth dates are."""
    one, two = left.birth_date, right.birth_date
    if one is None or two is None:
        return MISSING
    if one == two:
        return "same"
    if one.year == two.year and one.month == two.day and one.day == two.month:
        return "swapped"
    if abs((one - two).days) <= near_days:
        return "near"
    if Hamming.distance(left.birth_text or "", right.birth_text or "", score_cutoff=1) <= 1:
        return "one_digit"
    return "same_year" if one.year == two.year else "other"


def number_level(left: str | None, right: str | None) -> str:
    """How alike two resident numbers are. A slip between two valid numbers cannot be: the check place forbids it."""
    if left is None or right is None:
        return MISSING
    if left == right:
        return "same"
    if OSA.distance(left, right, score_cutoff=1) <= 1:
        return "slip"
    if len(left) == len(right) == 18 and left[6:17] == right[6:17]:
        return "region"
    return "other"


def place_level(left: Normalised, right: Normalised) -> str:
    """How near the two live. Where a village is not known, only the whole address can say that they are the same."""
    if left.village_code is None or right.village_code is None:
        same = left.address is not None and left.address == right.address
        return "same_house" if same else MISSING
    if left.village_code != right.village_code:
        return "other"
    return "same_house" if left.house is not None and left.house == right.house else "same_village"


def _plain(left: str | None, right: str | None) -> str:
    if left is None or right is None:
        return MISSING
    return "same" if left == right else "other"
