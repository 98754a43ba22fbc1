"""The parts that a condition is made of. They are values: equal text gives equal trees.

A *value* is something a page holds or that is reckoned from it (a day, a code, an amount). A *condition* is a
question about values that is answered yes, no, or unknown; unknown where the page does not hold what is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What kind of value it is. Only values of one kind can be compared (whole numbers and amounts are one kind)."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    INSTANT = "instant"
    TEXTS = "texts"
    DAYS = "days"

    @property
    def is_list(self) -> bool:
        return self in (Kind.TEXTS, Kind.DAYS)

    @property
    def of_one(self) -> Kind:
        """The kind of one member of a list."""
        return {Kind.TEXTS: Kind.TEXT, Kind.DAYS: Kind.DAY}.get(self, self)


@dataclass(frozen=True, slots=True)
class Literal:
    """A number or a text written in the rule. (Days never are: a rule's own dates say from when it holds.)"""

    value: Decimal | str
    kind: Kind


@dataclass(frozen=True, slots=True)
class ColumnValue:
    """What a column of the page holds."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Member:
    """Inside `any/every/no <list> where (…)`: what a list column holds at the position that is looked at."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the language with its arguments; `kind` is what it answers."""

    function: str
    arguments: tuple[Value, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two numbers added, subtracted or multiplied."""

    operator: str
    left: Value
    right: Value
    kind: Kind = Kind.NUMBER


Value = Literal | ColumnValue | Member | Call | Arithmetic


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values of one kind compared by = != < <= > >=."""

    operator: str
    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class IsIn:
    """The text is one of those written in the rule."""

    value: Value
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InCategory:
    """The first three places of the code lie in one of the ranges, both ends included."""

    value: Value
    ranges: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class InCodeset:
    """The code belongs to a list of the policy: equal to a member, or beginning with one where the list says so."""

    value: Value
    codeset: str
    members: tuple[str, ...]
    by_prefix: bool


@dataclass(frozen=True, slots=True)
class StartsWith:
    """The text begins with one of the beginnings."""

    value: Value
    beginnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """The whole text has the shape that the pattern describes."""

    value: Value
    pattern: str


@dataclass(frozen=True, slots=True)
class IsEmpty:
    """Nothing was filled in: no value, an empty text, a dash; a list in which nothing is filled."""

    value: Value


@dataclass(frozen=True, slots=True)
class IsValid:
    """The identifier's own check holds."""

    value: Value


@dataclass(frozen=True, slots=True)
class Not:
    condition: Condition


@dataclass(frozen=True, slots=True)
class And:
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Quantified:
    """`any`, `no` or `every` filled position of a list.

    any: at least one position is certainly so. no: none is certainly so. every: none is certainly not so. The
    answer is never unknown.
    """

    quantifier: str
    column: str
    kind: Kind
    condition: Condition


Condition = (
    Comparison | IsIn | InCategory | InCodeset | StartsWith | Matches | IsEmpty | IsValid | Not | And | Or | Quantified
)


def nodes_of(tree: Condition | Value) -> Iterator[Condition | Value]:
    """The tree and all that is below it, from the top down."""
    yield tree
    for field in fields(tree):
        below = getattr(tree, field.name)
        for part in below if isinstance(below, tuple) else (below,):
            if hasattr(part, "__dataclass_fields__"):
                yield from nodes_of(part)


def columns_of(tree: Condition | Value) -> tuple[str, ...]:
    """The columns that the tree reads, in the order of reading, each once."""
    names: dict[str, None] = {}
    for node in nodes_of(tree):
        if isinstance(node, ColumnValue | Member):
            names[node.name] = None
        elif isinstance(node, Quantified):
            names[node.column] = None
    return tuple(names)
