"""Answers a condition for one page in plain Python: yes (True), no (False) or unknown (None).

The three-valued logic is that of SQL: whatever is asked of an empty value is unknown, `unknown and no` is no,
`unknown or yes` is yes. `expressions.py` says the same as Ibis expressions, node by node in the same order.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from yigongti.engines.record_quality.language.syntax import (
    And,
    Arithmetic,
    Call,
    ColumnValue,
    Comparison,
    Condition,
    InCategory,
    InCodeset,
    IsEmpty,
    IsIn,
    IsValid,
    Literal,
    Matches,
    Member,
    Not,
    Or,
    Quantified,
    StartsWith,
    Value,
)
from yigongti.engines.record_quality.pages import Page, day_in_china
from yigongti.foundation.identifiers import read_resident_number
from yigongti.foundation.period import completed_years

Answer = bool | None

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}


def answer(condition: Condition, page: Page, position: int | None = None) -> Answer:
    """What the page answers. position: where inside `any/no/every` the lists are read, from 0."""
    match condition:
        case And(conditions):
            return _all([answer(part, page, position) for part in conditions])
        case Or(conditions):
            negated = _all([_not(answer(part, page, position)) for part in conditions])
            return _not(negated)
        case Not(part):
            return _not(answer(part, page, position))
        case Quantified():
            return _quantified(condition, page)
        case IsEmpty(value):
            return _is_empty(value, page, position)
        case _:
            return _of_filled(condition, page, position)


def _all(answers: list[Answer]) -> Answer:
    if False in answers:
        return False
    return None if None in answers else True


def _not(said: Answer) -> Answer:
    return None if said is None else not said


def _quantified(condition: Quantified, page: Page) -> bool:
    members = _list(page, condition.column)
    said = [answer(condition.condition, page, at) for at, member in enumerate(members) if member is not None]
    if condition.quantifier == "any":
        return True in said
    return True not in said if condition.quantifier == "no" else False not in said


def _is_empty(value: Value, page: Page, position: int | None) -> bool:
    if isinstance(value, ColumnValue) and value.kind.is_list:
        return all(member is None for member in _list(page, value.name))
    return value_of(value, page, position) is None


def _of_filled(condition: Condition, page: Page, position: int | None) -> Answer:
    """The questions that only a filled value answers."""
    if isinstance(condition, Comparison):
        left, right = value_of(condition.left, page, position), value_of(condition.right, page, position)
        return None if left is None or right is None else _COMPARISONS[condition.operator](left, right)
    text = value_of(condition.value, page, position)  # type: ignore[union-attr]
    if text is None:
        return None
    match condition:
        case IsIn(_, members):
            return text in members
        case InCategory(_, ranges):
            return any(first <= text[:3] <= last for first, last in ranges)
        case InCodeset(_, _, members, by_prefix):
            return text.startswith(members) if by_prefix else text in members
        case StartsWith(_, beginnings):
            return bool(text.startswith(beginnings))
        case Matches(_, pattern):
            return re.fullmatch(pattern, text) is not None
        case IsValid():
            return read_resident_number(text) is not None
    raise AssertionError(f"no answer for {condition}")


def value_of(value: Value, page: Page, position: int | None = None) -> Any:
    """The value, or None when it is empty or cannot be reckoned."""
    match value:
        case Literal(written, _):
            return written
        case ColumnValue(name, _):
            return page.get(name)
        case Member(name, _):
            members = _list(page, name)
            return members[position] if position is not None and position < len(members) else None
        case Arithmetic(sign, left, right):
            first, second = value_of(left, page, position), value_of(right, page, position)
            return None if first is None or second is None else _ARITHMETIC[sign](first, second)
        case Call(function, arguments, _):
            return _call(function, arguments, page, position)


def _call(function: str, arguments: tuple[Value, ...], page: Page, position: int | None) -> Any:
    if function in ("first", "count", "distinct"):
        members = _list(page, arguments[0].name)  # type: ignore[union-attr]
        if function == "first":
            return members[0] if members else None
        filled = [member for member in members if member is not None]
        return len(filled) if function == "count" else len(set(filled))
    values = [value_of(argument, page, position) for argument in arguments]
    if function == "total":
        return sum(amount for amount in values if amount is not None)
    return None if None in values else _FUNCTIONS[function](*values)


def _birth_date_in(number: str) -> date | None:
    read = read_resident_number(number)
    return read.born_on if read else None


def _sex_in(number: str) -> str | None:
    read = read_resident_number(number)
    return read.sex if read else None


def _day(instant: datetime) -> date:
    return day_in_china(instant)


def _days_between(first: date, second: date) -> int:
    return (second - first).days


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "day": _day,
    "days_between": _days_between,
    "years_between": completed_years,
    "length": len,
    "birth_date_in": _birth_date_in,
    "sex_in": _sex_in,
    "greatest": max,
}


def _list(page: Page, name: str) -> list[Any]:
    members = page.get(name)
    return members if isinstance(members, list) else []
