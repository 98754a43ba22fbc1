"""The answers laid over the form: one scope for the whole, and one for each time that a group was filled.

A condition or a calculation that names an item means the nearest one: in the same filling of a group, else in a filling
around it, else in all fillings below. An answer that is not enabled counts as not given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from yigongti.kernel.forms.definition import NUMBERS, VALUE_KEYS, Condition, FormVersion, Item, When
from yigongti.kernel.forms.expressions import Number, calculate, rounded

Answer = Mapping[str, Any]
_PLAIN = re.compile(r"^-?\d{1,40}(\.\d{1,40})?$")


@dataclass
class Filled:
    """One item in one scope, with the answers given to it. path: "shifts#0/street", unique in the response."""

    item: Item
    scope: Scope
    path: str
    answers: list[Answer] = field(default_factory=list)
    fillings: list[Scope] = field(default_factory=list)
    given: int = 0  # how many fillings stand in the response: an empty one is made where none does


@dataclass
class Scope:
    """One filling of a group, or the whole form."""

    filled: dict[str, Filled]
    inside: frozenset[str]
    above: Filled | None = None
    unknown: list[str] = field(default_factory=list)

    def every(self) -> Iterator[Filled]:
        """All items of this scope and below, in the order of the form."""
        for one in self.filled.values():
            yield one
            for filling in one.fillings:
                yield from filling.every()


def laid_out(version: FormVersion, items: Sequence[Mapping[str, Any]]) -> Scope:
    """The items of a QuestionnaireResponse over the form."""
    return _scope(version.items, items, None, "")


def _scope(definitions: Sequence[Item], told: Sequence[Mapping[str, Any]], above: Filled | None, path: str) -> Scope:
    scope = Scope({}, frozenset(inner.id for item in definitions for inner in item.inside()), above)
    by_id: dict[str, list[Mapping[str, Any]]] = {}
    for one in told if isinstance(told, list | tuple) else ():
        link = one.get("linkId") if isinstance(one, Mapping) else None
        by_id.setdefault(str(link), []).append(one if isinstance(one, Mapping) else {})
    for item in definitions:
        given = by_id.pop(item.id, [])
        filled = Filled(item, scope, path + item.id, given=len(given))
        if item.is_group:
            least = 0 if item.repeats else 1
            for number, one in enumerate(given or [{}] * least):
                inner = f"{filled.path}#{number}/" if item.repeats else f"{filled.path}/"
                filled.fillings.append(_scope(item.items, one.get("item") or (), filled, inner))
        else:
            for one in given:
                answers = one.get("answer")
                filled.answers += [a for a in answers if isinstance(a, Mapping)] if isinstance(answers, list) else []
        scope.filled[item.id] = filled
    scope.unknown = [path + link for link in by_id]
    return scope


def value_of(answer: Answer, kind: str) -> Any:
    """What an answer says: Fraction for numbers, str for codes, texts and days, bool; None when it does not fit."""
    if kind == "open-choice" and "valueString" in answer:
        return str(answer["valueString"])
    value = answer.get(VALUE_KEYS[kind])
    if kind in NUMBERS:
        number = value.get("value") if kind == "quantity" and isinstance(value, Mapping) else value
        fits = isinstance(number, int | float | Decimal) and not isinstance(number, bool)
        # a number written with an exponent could unfold to millions of digits
        return Fraction(str(number)) if fits and _PLAIN.match(str(number)) else None
    if kind in ("choice", "open-choice"):
        return str(value["code"]) if isinstance(value, Mapping) and value.get("code") else None
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    if kind == "attachment":
        return value if isinstance(value, Mapping) else None
    return value if isinstance(value, str) and value.strip() else None


class Evaluation:
    """What follows from the answers: which items are asked, and what is calculated. on: the day that "today" means."""

    def __init__(self, version: FormVersion, items: Sequence[Mapping[str, Any]], on: date) -> None:
        self.version, self.on = version, on
        self.root = laid_out(version, items)
        self._enabled: dict[str, bool] = {}
        self._values: dict[str, Number] = {}

    def every(self) -> Iterator[Filled]:
        """All items in the order of the form."""
        return self.root.every()

    def enabled(self, filled: Filled) -> bool:
        """Whether the item is asked: its own conditions hold, and those of the groups around it."""
        known = self._enabled.get(filled.path)
        if known is None:
            above = filled.scope.above
            known = (above is None or self.enabled(above)) and self.holds(filled.item.enable, filled.scope)
            self._enabled[filled.path] = known
        return known

    def holds(self, when: When | None, scope: Scope) -> bool:
        """Whether the conditions hold, seen from the scope."""
        if when is None:
            return True
        told = [self._met(condition, scope) for condition in when.conditions]
        return all(told) if when.behavior == "all" else any(told)

    def number_of(self, filled: Filled) -> Number:
        """The calculated value of an item, rounded to its decimals; None when it is not there or not enabled."""
        if filled.path not in self._values:
            value = None
            if filled.item.calculated and self.enabled(filled):
                value = calculate(
                    filled.item.calculated,
                    lambda operator, items, code: self._over(operator, items, code, filled.scope),
                    lambda item: [n for n in self._values_of(item, filled.scope) if isinstance(n, Fraction)],
                )
            decimals = filled.item.decimals if filled.item.type == "decimal" else 0
            self._values[filled.path] = None if value is None else Fraction(rounded(value, decimals))
        return self._values[filled.path]

    def values_of(self, filled: Filled) -> list[Any]:
        """What is given to an item, or calculated; nothing when it is not enabled."""
        if not self.enabled(filled):
            return []
        if filled.item.calculated:
            number = self.number_of(filled)
            return [] if number is None else [number]
        told = [value_of(answer, filled.item.type) for answer in filled.answers]
        return [value for value in told if value is not None]

    def _found(self, name: str, scope: Scope) -> list[Filled]:
        """The fillings of the item that are meant from here."""
        place: Scope | None = scope
        while place is not None and name not in place.inside:
            place = place.above.scope if place.above else None
        return [filled for filled in place.every() if filled.item.id == name] if place else []

    def _values_of(self, name: str, scope: Scope) -> list[Any]:
        return [value for filled in self._found(name, scope) for value in self.values_of(filled)]

    def _met(self, condition: Condition, scope: Scope) -> bool:
        values, operator, answer = self._values_of(condition.item, scope), condition.operator, condition.answer
        if operator == "exists":
            return bool(values) == (answer == "yes")
        kind = self.version.by_id[condition.item].type
        wanted: Any = Fraction(answer) if kind in NUMBERS else answer == "true" if kind == "boolean" else answer
        if operator == "!=":
            return all(value != wanted for value in values)
        if operator == "=":
            return any(value == wanted for value in values)
        compare = {">": lambda v: v > wanted, "<": lambda v: v < wanted,
                   ">=": lambda v: v >= wanted, "<=": lambda v: v <= wanted}[operator]  # fmt: skip
        return any(compare(value) for value in values)

    def _over(self, operator: str, names: Sequence[str], code: str, scope: Scope) -> Fraction:
        total, seen = Fraction(0), set()
        for name in names:
            for outer in self._found(name, scope):
                group = [inner for filling in outer.fillings for inner in filling.every()]
                for filled in group if outer.item.is_group else [outer]:
                    if filled.path not in seen and not filled.item.is_group and not filled.item.calculated:
                        seen.add(filled.path)
                        total += self._counted(operator, filled, code)
        return total

    def _counted(self, operator: str, filled: Filled, code: str) -> Fraction:
        counts = bool(filled.item.options) if operator != "answered" else filled.item.type != "display"
        if not counts or not self.enabled(filled):
            return Fraction(0)
        values = self.values_of(filled)
        if operator == "answered":
            return Fraction(1 if values else 0)
        if operator == "count":
            return Fraction(sum(1 for value in values if value == code))
        scores = {option.code: option.score for option in filled.item.options}
        if operator == "score":
            return sum((Fraction(scores.get(value) or 0) for value in values if isinstance(value, str)), Fraction(0))
        there = [Fraction(score) for score in scores.values() if score is not None]
        if not there or any(value in scores and scores[value] is None for value in values):
            return Fraction(0)
        positive = [score for score in there if score > 0]
        return sum(positive, Fraction(0)) if filled.item.repeats else max(there)
