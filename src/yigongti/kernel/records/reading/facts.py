"""The facts of a record as a page gets them: resources by type, where each was written, how many there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from yigongti.kernel.records.reading.elements import Resource, is_mistaken
from yigongti.kernel.records.reading.moments import Moment, when_of


@dataclass(frozen=True)
class Fact:
    """A resource and the name of the institution where it was written ("" where the page does not ask for it)."""

    resource: Resource
    institution: str = ""
    institution_id: int = 0

    @property
    def type(self) -> str:
        return str(self.resource.get("resourceType", ""))

    @property
    def id(self) -> str:
        return str(self.resource.get("id", ""))

    @cached_property
    def when(self) -> Moment:
        return when_of(self.resource)


@dataclass(frozen=True)
class Record:
    """The facts that were read. totals: type → how many there are, of which the newest were read."""

    facts: Mapping[str, list[Fact]] = field(default_factory=dict)
    totals: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Iterable[Fact], totals: Mapping[str, int] | None = None) -> Record:
        """By type, newest first; what was entered in error is left out."""
        by_type: dict[str, list[Fact]] = {}
        for fact in facts:
            if not is_mistaken(fact.resource):
                by_type.setdefault(fact.type, []).append(fact)
        for found in by_type.values():
            found.sort(key=lambda fact: fact.when, reverse=True)
        return cls(by_type, totals or {name: len(found) for name, found in by_type.items()})

    def each(self, *types: str) -> Iterator[Fact]:
        """The facts of the types, type by type, newest first."""
        for name in types:
            yield from self.facts.get(name, ())

    def total(self, *types: str) -> int:
        """How many facts of the types the whole record holds."""
        return sum(self.totals.get(name, 0) for name in types)

    def is_cut(self, *types: str) -> bool:
        """Whether more exist than were read."""
        return any(self.totals.get(name, 0) > len(self.facts.get(name, ())) for name in types)

    @property
    def is_empty(self) -> bool:
        return not any(self.totals.values())
