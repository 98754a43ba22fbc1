"""The tree of a rule: what can be asked of a case.

Rule = Always                                   1, or an empty rule
     | InSets      {ZYSS,QTSS} in {SET}         some code of the fields is in one of the sets
     | CountInSet  length({SET} ∩ {ZYSS,QTSS}) >= 2    how many different codes of the fields are in the set
     | Sites       sites({ZYZD,QTZD}) >= 2      how many body sites the diagnoses touch
     | Comparison  NL >= 17
     | Not | And | Or
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

Number = int | Decimal


class CodeField(StrEnum):
    """A place of the case that holds codes."""

    PRINCIPAL_DIAGNOSIS = "ZYZD"
    OTHER_DIAGNOSES = "QTZD"
    PRINCIPAL_PROCEDURE = "ZYSS"
    OTHER_PROCEDURES = "QTSS"

    @property
    def is_diagnosis(self) -> bool:
        return self in (CodeField.PRINCIPAL_DIAGNOSIS, CodeField.OTHER_DIAGNOSES)


class NumberField(StrEnum):
    """A place of the case that holds a number."""

    AGE_YEARS = "NL"
    SEX = "XB"  # 1 male, 2 female
    AGE_DAYS = "XSRTL"
    WEIGHT_G = "XSRTZ"


class Operator(StrEnum):
    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="

    @property
    def function(self) -> Callable[[Any, Any], Any]:
        """The comparison itself; it serves numbers and column expressions alike."""
        return _FUNCTIONS[self]

    @property
    def turned(self) -> Operator:
        """The operator with its sides exchanged: 1500 <= XSRTZ says XSRTZ >= 1500."""
        return _TURNED[self]


_FUNCTIONS: dict[Operator, Callable[[Any, Any], Any]] = {
    Operator.EQUAL: operator.eq,
    Operator.UNEQUAL: operator.ne,
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.MORE: operator.gt,
    Operator.AT_LEAST: operator.ge,
}
_TURNED = {
    Operator.EQUAL: Operator.EQUAL,
    Operator.UNEQUAL: Operator.UNEQUAL,
    Operator.LESS: Operator.MORE,
    Operator.AT_MOST: Operator.AT_LEAST,
    Operator.MORE: Operator.LESS,
    Operator.AT_LEAST: Operator.AT_MOST,
}


@dataclass(frozen=True, slots=True)
class Always:
    """True for every case: the last rule of a list."""


@dataclass(frozen=True, slots=True)
class InSets:
    """True when some code in the fields is a member of one of the sets; negated: when none is."""

    fields: tuple[CodeField, ...]
    sets: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class CountInSet:
    """Compares the number of different codes in the fields that are members of the set."""

    set: str
    fields: tuple[CodeField, ...]
    operator: Operator
    number: Number


@dataclass(frozen=True, slots=True)
class Sites:
    """Compares the number of body sites (the scheme's site sets) that the codes in the fields touch."""

    fields: tuple[CodeField, ...]
    operator: Operator
    number: Number


@dataclass(frozen=True, slots=True)
class Comparison:
    """Compares a number of the case; false where the case does not say the number."""

    field: NumberField
    operator: Operator
    number: Number


@dataclass(frozen=True, slots=True)
class Not:
    part: Rule


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Rule, ...]


Rule = Always | InSets | CountInSet | Sites | Comparison | Not | And | Or
Atom = Always | InSets | CountInSet | Sites | Comparison


def walk(rule: Rule) -> Iterator[Rule]:
    """The rule and every part of it, from the outside in."""
    yield rule
    if isinstance(rule, Not):
        yield from walk(rule.part)
    elif isinstance(rule, (And, Or)):
        for part in rule.parts:
            yield from walk(part)


def sets_read(rule: Rule) -> dict[str, set[CodeField]]:
    """The names of the sets that the rule asks for, each with the fields it is asked of (sites not counted)."""
    found: dict[str, set[CodeField]] = {}
    for part in walk(rule):
        if isinstance(part, InSets):
            for name in part.sets:
                found.setdefault(name, set()).update(part.fields)
        elif isinstance(part, CountInSet):
            found.setdefault(part.set, set()).update(part.fields)
    return found


def map_atoms(rule: Rule, change: Callable[[Atom], Rule]) -> Rule:
    """The same rule with every question exchanged for what the function answers."""
    if isinstance(rule, Not):
        return Not(map_atoms(rule.part, change))
    if isinstance(rule, And):
        return And(tuple(map_atoms(part, change) for part in rule.parts))
    if isinstance(rule, Or):
        return Or(tuple(map_atoms(part, change) for part in rule.parts))
    return change(rule)
