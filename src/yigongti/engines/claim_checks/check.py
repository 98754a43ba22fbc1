"""A check: a handler with its knowledge, dated parameters, words and source. All of it is read from policy files.

# policy/checks/claim_checks/sex_limited_medicine.yaml
id: sex_limited_medicine
label: {zh: 药品区分性别使用, en: Medicine for one sex}
why: …                                   # the office's reason, in Chinese
handler: sex
strength: doubtful                       # violation, doubtful or clue
family: medical                          # policy, management or medical (政策类、管理类、医疗类)
national_code: GZ10000301004000          # "" where there is none
stages: [before, during, after]          # at the doctor's desk, before submission, in the month's run
words:                                   # {item} {limit} {observed} {other} {amount} {line}
  zh: "“{item}”限{limit}性使用，患者为{observed}性"
  en: "“{item}” is for {limit} patients; this one is {observed}"
knowledge: knowledge/sex_limited_medicine.csv   # absent where the handler needs none
versions:
  - from: 2024-01-01
    to: 2025-12-31                       # absent: still in force
    parameters: {}                       # what the handler declares: numbers, words, codes
    source: nhsa-knowledge-batch-1
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from yigongti.engines.claim_checks.finding import Strength
from yigongti.engines.claim_checks.knowledge import KnowledgeTable
from yigongti.foundation.errors import Text

STAGES = ("before", "during", "after")
FAMILIES = ("policy", "management", "medical")

Setting = Decimal | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """What the check does from one day to another (valid_to None: no end yet)."""

    valid_from: date
    valid_to: date | None
    parameters: Mapping[str, Setting]
    source: str

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def number(self, name: str) -> Decimal | None:
        """A parameter that is a number; None where the version does not give it."""
        value = self.parameters.get(name)
        return value if isinstance(value, Decimal) else None

    def whole(self, name: str) -> int:
        """A parameter that counts (days, cases); 0 where the version does not give it."""
        return int(self.number(name) or 0)

    def codes(self, name: str) -> tuple[str, ...]:
        """A parameter that is a list of codes; empty where the version does not give it."""
        value = self.parameters.get(name)
        return value if isinstance(value, tuple) else ()


@dataclass(frozen=True)
class Check:
    """A check as its file declares it, with all its versions and all its knowledge."""

    id: str
    label: Text
    why: str
    handler: str
    strength: Strength
    family: str
    national_code: str
    stages: frozenset[str]
    words: Text
    versions: tuple[Version, ...]
    knowledge: KnowledgeTable = field(default_factory=KnowledgeTable, repr=False)

    def on(self, day: date) -> Version | None:
        """The version in force on a day; None: the check does not exist that day."""
        return next((version for version in self.versions if version.in_force(day)), None)
