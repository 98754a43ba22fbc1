"""The same conditions as Ibis expressions over a table of pages, for millions of rows on DuckDB or Spark.

Each function stands for the one of the same sense in `evaluation.py`; hypothesis holds the two together.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

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
    nodes_of,
)
from yigongti.engines.record_quality.pages import CHINA_IS_AHEAD, EMPTY_TEXTS

_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
_EPOCH = date(1970, 1, 1)
_DAY_IN_SECONDS = 86400
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def normalised(pages: ir.Table, columns: Iterable[str], keep: Iterable[str]) -> ir.Table:
    """The columns that rules read, with everything that says nothing as NULL, beside the columns to keep."""
    kept = {name: pages[name] for name in keep}
    read = {f"_{name}": _normalised_column(pages[name]) for name in columns}
    return pages.select(**kept, **read)


def _normalised_column(column: Any) -> Any:
    kind = column.type()
    if kind.is_string():
        return _without_empty_text(column)
    if kind.is_array() and kind.value_type.is_string():
        return column.map(_without_empty_text)
    return column.cast("int64") if kind.is_integer() else column


def _without_empty_text(text: Any) -> Any:
    return text.isin(sorted(EMPTY_TEXTS)).ifelse(ibis.null("string"), text)


class Compiler:
    """Turns conditions into expressions of one table; what several rules reckon is reckoned once."""

    def __init__(self, pages: ir.Table, conditions: Iterable[Condition]) -> None:
        """pages: as `normalised` gives them."""
        self._reckoned: dict[Value, str] = {}
        calls: dict[int, dict[Call, None]] = {}
        for condition in conditions:
            for node in nodes_of(condition):
                if isinstance(node, Call) and not any(isinstance(part, Member) for part in nodes_of(node)):
                    calls.setdefault(_depth(node), {})[node] = None
        self.pages = pages
        for depth in sorted(calls):
            new: dict[str, Any] = {}
            for call in calls[depth]:
                new[f"_r{len(self._reckoned) + len(new)}"] = self.value(call)
            self._reckoned.update(zip(calls[depth], new, strict=True))
            self.pages = self.pages.mutate(**new)

    def condition(self, condition: Condition, inside: Mapping[str, Any] | None = None) -> Any:
        """A boolean expression of `self.pages`. inside: where `any/no/every` look, "member", "position", "column"."""
        match condition:
            case And(conditions):
                return functools.reduce(operator.and_, (self.condition(part, inside) for part in conditions))
            case Or(conditions):
                return functools.reduce(operator.or_, (self.condition(part, inside) for part in conditions))
            case Not(part):
                return ~self.condition(part, inside)
            case Quantified():
                return self._quantified(condition)
            case IsEmpty(value):
                return self._is_empty(value, inside)
            case Comparison(sign, left, right):
                return _SIGNS[sign](self.value(left, inside), self.value(right, inside))
            case _:
                return _of_text(condition, self.value(condition.value, inside))

    def _quantified(self, condition: Quantified) -> Any:
        members = self.pages[f"_{condition.column}"]
        wanted = Not(condition.condition) if condition.quantifier == "every" else condition.condition

        def looked_at(member: Any, position: Any) -> Any:
            inside = {"column": condition.column, "member": member, "position": position}
            return member.notnull() & self.condition(wanted, inside)

        found = members.filter(looked_at).length().fill_null(0)
        return found > 0 if condition.quantifier == "any" else found == 0

    def _is_empty(self, value: Value, inside: Mapping[str, Any] | None) -> Any:
        if isinstance(value, ColumnValue) and value.kind.is_list:
            return _filled(self.pages[f"_{value.name}"]).length().fill_null(0) == 0
        return self.value(value, inside).isnull()

    def value(self, value: Value, inside: Mapping[str, Any] | None = None) -> Any:
        """An expression of the value; NULL when it is empty or cannot be reckoned."""
        if value in self._reckoned:
            return self.pages[self._reckoned[value]]
        match value:
            case Literal(written, _):
                return _literal(written)
            case ColumnValue(name, _):
                return self.pages[f"_{name}"]
            case Member(name, _):
                assert inside is not None
                return inside["member"] if name == inside["column"] else self.pages[f"_{name}"][inside["position"]]
            case Arithmetic(sign, left, right):
                return _SIGNS[sign](self.value(left, inside), self.value(right, inside))
            case Call(function, arguments, _):
                return _FUNCTIONS[function](*(self.value(argument, inside) for argument in arguments))


def _depth(call: Call) -> int:
    return 1 + max((_depth(part) for part in call.arguments if isinstance(part, Call)), default=0)


def _literal(written: Decimal | str) -> Any:
    if isinstance(written, str):
        return ibis.literal(written)
    return ibis.literal(int(written)) if written == written.to_integral() else ibis.literal(written, dt.Decimal(18, 4))


def _of_text(condition: Condition, text: Any) -> Any:
    match condition:
        case IsIn(_, members):
            return text.isin(members)
        case InCategory(_, ranges):
            place = text.left(3)
            return functools.reduce(operator.or_, (place.between(first, last) for first, last in ranges))
        case InCodeset(_, _, members, by_prefix):
            return _starts_with(text, members) if by_prefix else text.isin(members)
        case StartsWith(_, beginnings):
            return _starts_with(text, beginnings)
        case Matches(_, pattern):
            return text.re_search(rf"\A(?:{pattern})\z")
        case IsValid():
            return _resident_number_is_valid(text)
    raise AssertionError(f"no expression for {condition}")


def _starts_with(text: Any, beginnings: tuple[str, ...]) -> Any:
    """By length of the beginnings, so that a list of hundreds costs a few look-ups and not hundreds."""
    by_length: dict[int, list[str]] = {}
    for beginning in beginnings:
        by_length.setdefault(len(beginning), []).append(beginning)
    return functools.reduce(
        operator.or_, (text.left(length).isin(members) for length, members in sorted(by_length.items()))
    )


def _resident_number_is_valid(text: Any) -> Any:
    total = functools.reduce(
        operator.add, ((_part(text, at, 1).ascii_str() - 48) * weight for at, weight in enumerate(_WEIGHTS))
    )
    check = ibis.literal(_CHECKS).left(total % 11 + 1).right(1)
    shape = text.re_search(r"\A[1-9][0-9]{16}[0-9Xx]\z") & (_part(text, 6, 4) != "0000")
    says_valid = shape & (check == text.right(1).upper()) & _birth_date_written_in(text).notnull()
    return text.isnull().ifelse(ibis.null("boolean"), says_valid)


def _part(text: Any, at: int, length: int) -> Any:
    """Some places of a text long enough; shorter in SQL than `substr`, which Ibis guards against negative places."""
    return text.left(at + length).right(length)


def _birth_date_written_in(text: Any) -> Any:
    return (_part(text, 6, 4) + "-" + _part(text, 10, 2) + "-" + _part(text, 12, 2)).try_cast("date")


def _birth_date_in(text: Any) -> Any:
    return _resident_number_is_valid(text).ifelse(_birth_date_written_in(text), ibis.null("date"))


def _sex_in(text: Any) -> Any:
    sex = (_part(text, 16, 1).ascii_str() % 2 == 1).ifelse("1", "2")
    return _resident_number_is_valid(text).ifelse(sex, ibis.null("string"))


def _day(instant: Any) -> Any:
    """Reckoned from the seconds since 1970, so that the time zone of the connection's session has no say."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC if instant.type().timezone else None)
    seconds = instant.delta(ibis.literal(epoch, instant.type()), unit="second")
    days = (seconds + int(CHINA_IS_AHEAD.total_seconds())) // _DAY_IN_SECONDS
    return (ibis.literal(_EPOCH) + days.cast("int64").as_interval("D")).cast("date")


def _days_between(first: Any, second: Any) -> Any:
    return second.delta(first, unit="day")


def _years_between(first: Any, second: Any) -> Any:
    not_yet = second.month() * 100 + second.day() < first.month() * 100 + first.day()
    return second.year() - first.year() - not_yet.cast("int64")


def _greatest(first: Any, second: Any) -> Any:
    return ibis.cases((first >= second, first), (first < second, second))


def _total(*amounts: Any) -> Any:
    return functools.reduce(operator.add, (amount.fill_null(0) for amount in amounts))


def _filled(members: Any) -> Any:
    return members.filter(lambda member: member.notnull())


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "first": lambda members: members[0],
    "count": lambda members: _filled(members).length().fill_null(0),
    "distinct": lambda members: _filled(members).unique().length().fill_null(0),
    "day": _day,
    "days_between": _days_between,
    "years_between": _years_between,
    "length": lambda text: text.length(),
    "birth_date_in": _birth_date_in,
    "sex_in": _sex_in,
    "greatest": _greatest,
    "total": _total,
}
