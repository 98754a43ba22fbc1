"""Sets and tables of codes. A member is an exact code or, where the scheme says so, a pattern:

    I10-I15   every code whose first characters lie between the two, both included
    E11*      every code that begins with E11

Exact codes may end in “*” themselves (the asterisk codes of ICD-10), so patterns are read only in schemes whose
`members` are declared to be patterns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Value = TypeVar("Value")
_RANGE = re.compile(r"^([A-Z]?[0-9][0-9A-Za-z.]*|[A-Z][0-9A-Za-z.]*)-([A-Z]?[0-9][0-9A-Za-z.]*)$")


@dataclass(frozen=True, slots=True)
class Pattern:
    """All codes whose beginning lies between two texts."""

    first: str
    last: str

    def __contains__(self, code: str) -> bool:
        return self.first <= code[: len(self.first)] and code[: len(self.last)] <= self.last and bool(code)

    @property
    def beyond(self) -> str:
        """A text after every code of the pattern and before every later one, for searches in sorted codes."""
        return self.last + "\U0010ffff"

    @property
    def narrowness(self) -> tuple[int, bool]:
        """Narrower patterns win over wider ones."""
        return len(self.first), self.first == self.last

    def __str__(self) -> str:
        return f"{self.first}*" if self.first == self.last else f"{self.first}-{self.last}"


def read_pattern(member: str) -> Pattern | None:
    """The pattern that a member writes, or None when it is an exact code."""
    if member.endswith("*") and len(member) > 1:
        return Pattern(member[:-1], member[:-1])
    match = _RANGE.match(member)
    return Pattern(match[1], match[2]) if match else None


@dataclass(frozen=True)
class CodeTable(Generic[Value]):
    """Codes and patterns, each with a value; an exact code wins over a pattern, a narrow pattern over a wide one."""

    exact: Mapping[str, Value]
    patterns: tuple[tuple[Pattern, Value], ...] = ()
    _found: dict[str, Value | None] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, members: Iterable[tuple[str, Value]], patterns: bool = False) -> CodeTable[Value]:
        exact: dict[str, Value] = {}
        wide: list[tuple[Pattern, Value]] = []
        for member, value in members:
            pattern = read_pattern(member) if patterns else None
            if pattern is None:
                exact[member] = value
            else:
                wide.append((pattern, value))
        wide.sort(key=lambda pair: pair[0].narrowness, reverse=True)
        return cls(exact, tuple(wide))

    def get(self, code: str) -> Value | None:
        """The value of a code, or None."""
        value = self.exact.get(code)
        if value is not None or not self.patterns:
            return value
        if code not in self._found:
            self._found[code] = next((value for pattern, value in self.patterns if code in pattern), None)
        return self._found[code]

    def all_of(self, code: str) -> list[Value]:
        """The values of the exact code and of every pattern that the code meets."""
        found = [value for pattern, value in self.patterns if code in pattern]
        return [self.exact[code], *found] if code in self.exact else found

    def __contains__(self, code: str) -> bool:
        return self.get(code) is not None

    def __len__(self) -> int:
        return len(self.exact) + len(self.patterns)

    def members(self) -> Iterator[tuple[str, Value]]:
        yield from self.exact.items()
        for pattern, value in self.patterns:
            yield str(pattern), value


CodeSet = CodeTable[bool]


def code_set(members: Iterable[str], patterns: bool = False) -> CodeSet:
    """A set of codes; `code in set` answers for exact codes and patterns alike."""
    return CodeTable.of(((member, True) for member in members), patterns)
