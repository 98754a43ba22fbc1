"""How a result came about, step by step, in words: the product's promise that a figure explains itself.

An engine's reference implementation returns a Trace beside its result. A step says what was asked, what was
found, what decided it (codes, amounts, rows) and which policy it came from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from yigongti.foundation.errors import Text


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an explanation.

    name: stable word for the step ("mdc", "adrg", "complication"), for pages and tests.
    said: the step in a sentence.
    evidence: what decided it, in the order of reading.
    passed: whether the step led on (False: looked at and left).
    source: the policy or table that it came from, or empty.
    """

    name: str
    said: Text
    evidence: tuple[str, ...] = ()
    passed: bool = True
    source: str = ""


@dataclass(slots=True)
class Trace:
    """The steps in the order in which they were taken."""

    steps: list[Step] = field(default_factory=list)

    def add(
        self, name: str, *, zh: str, en: str, evidence: tuple[str, ...] = (), passed: bool = True, source: str = ""
    ) -> None:
        self.steps.append(Step(name, Text(zh=zh, en=en), evidence, passed, source))

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def named(self, name: str) -> list[Step]:
        return [step for step in self.steps if step.name == name]
