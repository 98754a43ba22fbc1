"""What nobody's pay may hang on: income of drugs, tests and examinations, and the prescriptions behind it.

Since 2013 the ministry's nine prohibitions (九不准) forbid tying the income of health workers to that of drugs and
medical examinations and paying commission for orders; the nine norms of 2021 (九项准则) keep it so. The words by which
such income is known are parameters: appraisal.income_kinds × appraisal.income_words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from yigongti.engines.appraisal.definitions import (
    Adjustment,
    Bands,
    Card,
    Events,
    Item,
    Line,
    MoneyKind,
    Rank,
    Scoring,
    SubjectKind,
    ToTarget,
    Version,
    Veto,
)
from yigongti.engines.appraisal.known_measures import KnownMeasure
from yigongti.foundation.errors import PolicyError
from yigongti.foundation.policy import Policy

# "医疗服务收入（不含药品、检查）" is not income of drugs: what a text excludes is not what it tells of
_EXCLUDED = re.compile(
    r"[（(](?:不含|不包括|除)[^）)]*[）)]|\((?:no|not|without|excluding|less)\b[^)]*\)", re.IGNORECASE
)

PAID = frozenset({SubjectKind.PERSON, SubjectKind.TEAM, SubjectKind.DEPARTMENT})


@dataclass(frozen=True, slots=True)
class IncomeWords:
    """A text that has a word of each list is of forbidden income. source: id and title of the rule that forbids."""

    kinds: tuple[str, ...]
    words: tuple[str, ...]
    source: str
    title_zh: str
    title_en: str

    @classmethod
    def from_policy(cls, policy: Policy, *, on: date) -> IncomeWords:
        """The lists in force on a day, with the rule they come from. Raises PolicyError."""
        kinds = policy.parameter("appraisal.income_kinds").value_on(on)
        words = policy.parameter("appraisal.income_words").value_on(on)
        source = policy.sources[kinds.source]
        return cls(tuple(kinds.content), tuple(words.content), kinds.source, source.title.zh, source.title.en)

    def found_in(self, texts: Iterable[str]) -> str:
        """The first text that tells of such income; empty where none does."""
        return next((text for text in texts if self._has(text, self.kinds) and self._has(text, self.words)), "")

    def _has(self, text: str, words: Collection[str]) -> bool:
        text = _EXCLUDED.sub("", text)
        parts = set(text.lower().replace("-", "_").replace(" ", "_").split("_"))
        return any(word in text if not word.isascii() else parts & {word, f"{word}s"} for word in words)


def income_findings(
    card: Card, version: Version, measures: dict[str, KnownMeasure], words: IncomeWords
) -> Iterator[PolicyError]:
    """An error for each item by which money for persons, teams or departments would rise with such income."""
    if card.subjects not in PAID or version.money.kind is MoneyKind.NONE:
        return
    for _, item in version.items:
        known = measures.get(item.measure)
        asked = (item.asks.zh, item.asks.en) if item.asks else ()
        told = words.found_in([item.label.zh, item.label.en, *asked, *(known.texts if known else ())])
        if told and earns_more_with_more(item):
            yield PolicyError(
                "appraisal.pay_by_income",
                zh=f"“{item.label.zh}”使个人收入与药品、检查、检验等收入（{told}）挂钩，为《{words.title_zh}》所禁止",
                en=f"“{item.label.en}” ties pay to income of drugs, tests or examinations ({told}); "
                f"forbidden by {words.title_en} [{words.source}]",
                where=f"{card.path} {version.from_on} {item.id}",
            )


def earns_more_with_more(item: Item) -> bool:
    """Whether some larger value earns more: limits on such income (药占比 lower is better) are allowed."""
    return _rises(item.scoring)


def _rises(scoring: Scoring) -> bool:
    if isinstance(scoring, Bands):
        points = [band.points for band in scoring.bands]
        return any(after > before for before, after in pairwise(points))
    if isinstance(scoring, Line):
        return any(after[1] > before[1] for before, after in pairwise(scoring.at))
    if isinstance(scoring, ToTarget):
        if scoring.zero_share is not None:
            return scoring.zero_share < 1
        return scoring.target is None or scoring.zero_at is None or scoring.target > scoring.zero_at
    if isinstance(scoring, Rank):
        return scoring.higher_first
    if isinstance(scoring, Adjustment):
        return scoring.each > 0
    if isinstance(scoring, Veto):
        return scoring.when.from_ is None  # low values capped: more frees
    return not isinstance(scoring, Events)
