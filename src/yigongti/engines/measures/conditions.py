"""What a filter asks of a row: the same tests as plain Python (reference.py) and as Ibis expressions (table.py).

A column without a value passes no test: what is not known is counted nowhere, also not by `not_in`. Who means "not"
writes `none_of`. A list without members is a list: `none_in` holds of it. Empty text is no value. Instants are
compared by their day in China (UTC+8, no summer time).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import reduce
from operator import and_, or_
from typing import Any

import ibis

from yigongti.engines.measures.definitions import Condition, Where
from yigongti.foundation.errors import PolicyError

Row = Mapping[str, Any]
_EIGHT_HOURS = 8 * 3600
_EPOCH = date(1970, 1, 1)
OF_LISTS = ("any_in", "none_in")


@dataclass(frozen=True, slots=True)
class Codes:
    """A list of codes of policy/codesets. by_prefix: whether what begins with a member belongs to it."""

    codes: frozenset[str]
    by_prefix: bool = False

    def holds(self, code: str) -> bool:
        return code.startswith(tuple(self.codes)) if self.by_prefix else code in self.codes


def codesets_of(where: Where) -> tuple[str, ...]:
    """The code sets that the conditions name, each once."""
    own = [each.codeset for each in where.all_of if each.codeset]
    deeper = [name for group in (*where.any_of, *where.none_of) for name in codesets_of(group)]
    return tuple(dict.fromkeys([*own, *deeper]))


def columns_of(where: Where) -> tuple[str, ...]:
    """The columns that the conditions look at, each once."""
    own = [each.column for each in where.all_of]
    deeper = [name for group in (*where.any_of, *where.none_of) for name in columns_of(group)]
    return tuple(dict.fromkeys([*own, *deeper]))


def holds(where: Where, row: Row, codesets: Mapping[str, Codes]) -> bool:
    """Whether the row fulfils the conditions."""
    return (
        all(_passes(each, row.get(each.column), codesets) for each in where.all_of)
        and (not where.any_of or any(holds(group, row, codesets) for group in where.any_of))
        and not any(holds(group, row, codesets) for group in where.none_of)
    )


def _passes(condition: Condition, value: Any, codesets: Mapping[str, Codes]) -> bool:
    if condition.test in OF_LISTS:
        codes = _codes(condition, codesets)
        meets = any(codes.holds(member) for member in value or () if member)
        return meets if condition.test == "any_in" else not meets
    if isinstance(value, datetime):
        value = (value + timedelta(seconds=_EIGHT_HOURS)).date()
    filled = value is not None and value != "" and value != []
    if not filled or condition.test == "filled":
        return filled
    if condition.codeset:
        inside = _codes(condition, codesets).holds(str(value))
        return inside if condition.test in ("in", "is") else not inside
    return _compares(condition, value)


def _compares(condition: Condition, value: Any) -> bool:
    values = condition.values
    match condition.test:
        case "is" | "in":
            return value in values
        case "not_in":
            return value not in values
        case "at_least":
            return bool(value >= values[0])
        case "at_most":
            return bool(value <= values[0])
        case "above":
            return bool(value > values[0])
        case "below":
            return bool(value < values[0])
        case "starts_with":
            return str(value).startswith(tuple(str(each) for each in values))
        case _:
            raise _unknown(condition)


def expression(where: Where, table: Any, codesets: Mapping[str, Codes]) -> Any:
    """The same as an Ibis truth of the table's rows; never null."""
    parts = [_test(each, table[each.column], codesets) for each in where.all_of]
    if where.any_of:
        parts.append(_all(or_, [expression(group, table, codesets) for group in where.any_of]))
    parts += [~expression(group, table, codesets) for group in where.none_of]
    return _all(and_, parts) if parts else ibis.literal(True)


def _test(condition: Condition, column: Any, codesets: Mapping[str, Codes]) -> Any:
    if condition.test in OF_LISTS:
        meets = _meets(column, _codes(condition, codesets)).fill_null(False)
        return meets if condition.test == "any_in" else ~meets
    kind = column.type()
    if condition.test == "filled":
        if kind.is_array():
            return (column.length() > 0).fill_null(False)
        return (column.notnull() & (column != "")) if kind.is_string() else column.notnull()
    if kind.is_timestamp():  # as a number of days: what a cast to a day gives depends on the session's time zone
        day = ((column.epoch_seconds() + _EIGHT_HOURS) / 86400).floor().cast("int64")
        return _compared(condition, day, [(each - _EPOCH).days for each in condition.values if isinstance(each, date)])
    if condition.codeset:
        inside = _inside(column, _codes(condition, codesets))
        found = inside if condition.test in ("in", "is") else ~inside
    else:
        found = _compared(condition, column, list(condition.values))
    if kind.is_string():
        found = found & (column != "")
    return found.fill_null(False)


def _compared(condition: Condition, column: Any, values: list[Any]) -> Any:
    match condition.test:
        case "is" | "in":
            found = column.isin(values)
        case "not_in":
            found = column.notin(values)
        case "at_least":
            found = column >= values[0]
        case "at_most":
            found = column <= values[0]
        case "above":
            found = column > values[0]
        case "below":
            found = column < values[0]
        case "starts_with":
            found = _all(or_, [column.startswith(str(each)) for each in values])
        case _:
            raise _unknown(condition)
    return found.fill_null(False)


def _inside(column: Any, codes: Codes) -> Any:
    if not codes.by_prefix:
        return column.isin(sorted(codes.codes))
    return column.re_search("^(?:" + "|".join(re.escape(each) for each in sorted(codes.codes)) + ")")


def _meets(column: Any, codes: Codes) -> Any:
    """Whether a member of a list column belongs to the codes; empty members are none."""
    if not codes.codes:
        return ibis.literal(False)
    if codes.by_prefix:
        begun = "|".join(re.escape(each) for each in sorted(codes.codes))
        return (ibis.literal("|") + column.join("|")).re_search(r"\|(?:" + begun + ")")
    return column.intersect(ibis.array(sorted(codes.codes))).length() > 0


def _codes(condition: Condition, codesets: Mapping[str, Codes]) -> Codes:
    return codesets[condition.codeset] if condition.codeset else Codes(frozenset(map(_code, condition.values)))


def _code(value: str | Decimal | date) -> str:
    return str(value)


def _all(joined: Any, parts: Iterable[Any]) -> Any:
    return reduce(joined, parts)


def _unknown(condition: Condition) -> PolicyError:
    return PolicyError(
        "measures.test_unknown",
        zh=f"筛选条件的写法不认识：{condition.column} {condition.test}",
        en=f"a condition nobody knows: {condition.column} {condition.test}",
    )
