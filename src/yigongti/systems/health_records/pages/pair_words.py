"""How alike two registrations are, in the words and weights of engines/identity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from yigongti.engines.identity.public import COMPARISONS, RULES, compare
from yigongti.kernel.people.matching import matching_on, registration
from yigongti.kernel.people.models import Resident

MISSING = "missing"
_BY_ID = {comparison.id: comparison for comparison in COMPARISONS}


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison of a pair. tone: "agrees", "near", "differs", or "" where one side says nothing; weight: bits."""

    id: str
    label: str
    said: str
    tone: str
    weight: float = 0.0


def tone_of(comparison_id: str, level: str) -> str:
    """Whether a level speaks for one person: the first level agrees, the last differs."""
    if level == MISSING:
        return ""
    levels = list(_BY_ID[comparison_id].levels)
    return "agrees" if level == levels[0] else "differs" if level == levels[-1] else "near"


def level_words(levels: Mapping[str, str]) -> list[Compared]:
    """Levels in words, those that speak for one person first; what says nothing is left out."""
    language = get_language() or "zh-hans"
    found = [
        Compared(name, _BY_ID[name].label.in_language(language), _BY_ID[name].says(level).in_language(language),
                 tone_of(name, level))
        for name, level in levels.items()
        if name in _BY_ID and level != MISSING
    ]  # fmt: skip
    order = {"agrees": 0, "near": 1, "differs": 2}
    return sorted(found, key=lambda compared: order.get(compared.tone, 3))


@dataclass(frozen=True)
class Judgement:
    """A pair judged anew with the weights in force: every comparison, the sum, and the rule that stands above it."""

    compared: list[Compared]
    weight: float
    probability: float
    rule: str


def judge(first: Resident, second: Resident, today: date) -> Judgement:
    """The judgement of two registrations as they stand now."""
    language = get_language() or "zh-hans"
    likeness = compare(registration(first), registration(second), matching_on(today))
    compared = [
        Compared(
            name,
            _BY_ID[name].label.in_language(language),
            _BY_ID[name].says(level).in_language(language),
            tone_of(name, level),
            likeness.weights[name],
        )
        for name, level in likeness.levels.items()
    ]
    rule = likeness.rule.said.in_language(language) if likeness.rule else ""
    return Judgement(compared, likeness.weight, likeness.probability, rule)


def rule_words(rule_id: str) -> str:
    """A rule by its id, in words."""
    language = get_language() or "zh-hans"
    return next((rule.said.in_language(language) for rule in RULES if rule.id == rule_id), "")
