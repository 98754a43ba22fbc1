"""What no sum of weights may decide: rules that stand above the probability, for one pair and for a table of pairs.

Weights are added as if the comparisons knew nothing of each other. In a family they do: one telephone, one house, one
surname, with twins one birth date. Each rule names its case; the first that applies decides. A rule can only lower a
decision ("same" to "doubtful", anything to "different"), never raise one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from yigongti.foundation.errors import Text

SAME, DOUBTFUL, DIFFERENT = "same", "doubtful", "different"
DECISIONS = (SAME, DOUBTFUL, DIFFERENT)

_UNLIKE_NAME = ("one_character", "other")
_FAR_BIRTH = ("same_year", "other")
_NUMBER_SPEAKS_FOR = ("same", "slip", "region")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule over levels. both_valid: asks that both resident numbers are valid; when: comparison -> levels that it
    asks for, all of them; unless: comparison -> levels any one of which sets it aside; at_most: the best decision."""

    id: str
    said: Text
    at_most: str
    when: Mapping[str, tuple[str, ...]]
    unless: Mapping[str, tuple[str, ...]]
    both_valid: bool = False

    def applies(self, levels: Mapping[str, str], both_valid: bool) -> bool:
        """Whether the rule holds of a pair with these levels."""
        if self.both_valid and not both_valid:
            return False
        return all(levels[name] in asked for name, asked in self.when.items()) and not any(
            levels[name] in asked for name, asked in self.unless.items()
        )


RULES = (
    Rule(
        "two_numbers_two_births",
        Text(
            zh="两个有效且不同的身份证号，出生日期也不同：是两个人（例如同名父子）",
            en="two valid, different resident numbers and different birth dates: two persons (a father and a son of "
            "one name, say)",
        ),
        DIFFERENT,
        when={"number": ("other",), "birth_date": _FAR_BIRTH},
        unless={},
        both_valid=True,
    ),
    Rule(
        "two_numbers_two_names",
        Text(
            zh="两个有效且不同的身份证号，名字读音也不同：是两个人（例如双胞胎）",
            en="two valid, different resident numbers and names that do not sound alike: two persons (twins, say)",
        ),
        DIFFERENT,
        when={"number": ("other",), "name": _UNLIKE_NAME},
        unless={},
        both_valid=True,
    ),
    Rule(
        "two_numbers_one_birth",
        Text(
            zh="两个有效且不同的身份证号，出生日期相同或只差一处：须由人判断（同名同日生，或一人两号、改过年龄）",
            en="two valid, different resident numbers and birth dates that are the same or differ in one place: a "
            "person must decide (namesakes of one day, or one person with two numbers or a changed age)",
        ),
        DOUBTFUL,
        when={"number": ("other",), "birth_date": ("same", "swapped", "one_digit")},
        unless={},
        both_valid=True,
    ),
    Rule(
        "two_insured_numbers",
        Text(
            zh="两个不同的参保号，又没有身份证号印证：须由人判断（可能是两个人，也可能重复参保）",
            en="two different insured numbers and no resident number to bear them out: a person must decide (two "
            "persons, or one who is insured twice)",
        ),
        DOUBTFUL,
        when={"insured": ("other",)},
        unless={"number": _NUMBER_SPEAKS_FOR},
    ),
    Rule(
        "name_without_number",
        Text(
            zh="名字不同音，又没有身份证号印证：须由人判断（双胞胎、兄弟姐妹的住址、电话、生日可以相同）",
            en="names that do not sound the same and no resident number to bear them out: a person must decide (twins "
            "and siblings share house, telephone, birth date)",
        ),
        DOUBTFUL,
        when={"name": ("similar_sound", *_UNLIKE_NAME, "missing")},
        unless={"number": _NUMBER_SPEAKS_FOR},
    ),
    Rule(
        "birth_without_number",
        Text(
            zh="出生日期不同或没有填写，又没有身份证号印证：须由人判断（父子可以同名、同住、同用一个电话）",
            en="birth dates that differ or are missing and no resident number to bear them out: a person must decide "
            "(father and son may share name, house and telephone)",
        ),
        DOUBTFUL,
        when={"birth_date": (*_FAR_BIRTH, "missing")},
        unless={"number": _NUMBER_SPEAKS_FOR},
    ),
    Rule(
        "number_of_another",
        Text(
            zh="身份证号相同或相近而姓名完全不同：须由人判断（可能填了家人的号码）",
            en="the number agrees but the names are quite different: a person must decide (a relative's number may "
            "have been written)",
        ),
        DOUBTFUL,
        when={"name": ("other",)},
        unless={},
    ),
)


def rule_of(levels: Mapping[str, str], both_valid: bool) -> Rule | None:
    """The first rule that applies, or None."""
    return next((rule for rule in RULES if rule.applies(levels, both_valid)), None)


def decide(probability: float, same_from: float, doubtful_from: float, rule: Rule | None) -> str:
    """The decision: by the two thresholds, lowered by the rule where there is one."""
    reached = SAME if probability >= same_from else DOUBTFUL if probability >= doubtful_from else DIFFERENT
    if rule is None:
        return reached
    return DECISIONS[max(DECISIONS.index(reached), DECISIONS.index(rule.at_most))]
