"""Filters as the files write them: conditions over the columns of one fact, one idea once.

    where: [{column: care, is: inpatient}, {filter: standing}, {any_of: [[{…}], [{…}]]}, {none_of: [[{…}]]}]

All entries hold together. `filter` names another filter of the same fact; a circle of filters is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from yigongti.engines.measures.catalogue import Fact
from yigongti.engines.measures.definitions import Condition, Filter, Where
from yigongti.engines.measures.reading import day, keyed, mapping, number, one_of, text, word, wrong
from yigongti.foundation.errors import Text
from yigongti.foundation.schemas import Kind

_MANY = ("in", "not_in", "any_in", "none_in")
_ONE = ("is", "at_least", "at_most", "below", "above", "starts_with")
TESTS = (*_ONE, *_MANY, "filled")


@dataclass(frozen=True, slots=True)
class WrittenFilter:
    """A filter before those that it names were put in."""

    name: str
    fact: str
    label: Text
    where: Any
    place: str


def written_filters(data: Any, path: str) -> list[WrittenFilter]:
    """The filters of a file filters/<fact>.yaml."""
    entry = keyed(data, ("fact", "filters"), (), path)
    fact = word(entry["fact"], "fact", path)
    found = []
    for name, body in mapping(entry["filters"], path).items():
        place = f"{path} {name}"
        each = keyed(body, ("label", "where"), (), place)
        found.append(WrittenFilter(name, fact, text(each["label"], "label", place), each["where"], place))
    return found


def read_filters(written: Mapping[str, WrittenFilter], facts: Mapping[str, Fact]) -> dict[str, Filter]:
    """All filters, those that they name put in. Raises PolicyError for a circle."""
    return {name: _read(each, written, facts) for name, each in written.items()}


def _read(one: WrittenFilter, written: Mapping[str, WrittenFilter], facts: Mapping[str, Fact]) -> Filter:
    where = _where(one.where, one, written, facts, (one.name,))
    return Filter(one.name, one.fact, one.label, where, tuple(sorted(_codesets(where))))


def _where(
    value: Any,
    one: WrittenFilter,
    written: Mapping[str, WrittenFilter],
    facts: Mapping[str, Fact],
    inside: tuple[str, ...],
) -> Where:
    if not isinstance(value, list) or not value:
        raise wrong(
            "where_not_a_list", "where 须是条件的列表，不能为空", "where must be a list of conditions", one.place
        )
    all_of: list[Condition] = []
    any_of: list[Where] = []
    none_of: list[Where] = []
    joined: list[Where] = []
    for entry in value:
        each = mapping(entry, one.place)
        if "filter" in each:
            joined.append(_named(each, one, written, facts, inside))
        elif "any_of" in each or "none_of" in each:
            key = "any_of" if "any_of" in each else "none_of"
            keyed(each, (key,), (), one.place)
            if not isinstance(each[key], list):
                raise wrong("not_a_list", f"{key} 须是列表", f"{key} must be a list", one.place)
            groups = [_where(group, one, written, facts, inside) for group in each[key]]
            if key == "none_of":
                none_of.extend(groups)
            else:
                any_of.append(Where(any_of=tuple(groups)))
        else:
            all_of.append(_condition(each, one.fact, facts, one.place))
    for other in joined:
        all_of.extend(other.all_of)
        none_of.extend(other.none_of)
        if other.any_of:
            any_of.append(Where(any_of=other.any_of))
    return _flat(tuple(all_of), any_of, tuple(none_of))


def _flat(all_of: tuple[Condition, ...], any_of: list[Where], none_of: tuple[Where, ...]) -> Where:
    """One group of alternatives stands as it is; several must each hold, so each is written as none of its opposite."""
    if not any_of:
        return Where(all_of, (), none_of)
    if len(any_of) == 1:
        return Where(all_of, any_of[0].any_of, none_of)
    opposites = tuple(Where(none_of=group.any_of) for group in any_of[1:])
    return Where(all_of, any_of[0].any_of, (*none_of, *opposites))


def _named(
    entry: Mapping[str, Any],
    one: WrittenFilter,
    written: Mapping[str, WrittenFilter],
    facts: Mapping[str, Fact],
    inside: tuple[str, ...],
) -> Where:
    name = word(keyed(entry, ("filter",), (), one.place)["filter"], "filter", one.place)
    if name in inside:
        circle = " → ".join((*inside, name))
        raise wrong("circle", f"条件引用成环：{circle}", f"filters name each other in a circle: {circle}", one.place)
    other = written.get(name)
    if other is None or other.fact != one.fact:
        raise wrong(
            "filter_missing",
            f"事实 {one.fact} 没有条件 {name}",
            f"there is no filter {name} over the fact {one.fact}",
            one.place,
        )
    return _where(other.where, other, written, facts, (*inside, name))


def _condition(entry: Mapping[str, Any], fact: str, facts: Mapping[str, Fact], place: str) -> Condition:
    tests = [test for test in TESTS if test in entry]
    if len(tests) != 1:
        raise wrong(
            "condition_tests",
            f"一个条件只写一种比较：{'、'.join(TESTS)}",
            f"a condition has one test of {', '.join(TESTS)}",
            place,
        )
    (test,) = tests
    keyed(entry, ("column", test), (), place)
    column, value = word(entry["column"], "column", place), entry[test]
    if test == "filled":
        return Condition(column, test, (one_of(value, ("yes", "no"), "filled", place),))
    if isinstance(value, Mapping):
        if test not in _MANY:
            raise wrong(
                "codeset_test",
                f"代码集只能用于 {'、'.join(_MANY)}",
                f"a code set can stand at {', '.join(_MANY)}",
                place,
            )
        return Condition(column, test, codeset=word(keyed(value, ("codeset",), (), place)["codeset"], "codeset", place))
    if isinstance(value, list) != (test in _MANY) or value == []:
        raise wrong(
            "condition_values",
            f"{test} 应写{'列表' if test in _MANY else '一个值'}",
            f"{test} takes {'a list' if test in _MANY else 'one value'}",
            place,
        )
    values = value if isinstance(value, list) else [value]
    kind = _kind(column, fact, facts)
    return Condition(column, test, tuple(_typed(each, kind, column, place) for each in values))


def _kind(column: str, fact: str, facts: Mapping[str, Fact]) -> Kind:
    known = facts.get(fact)
    return known.columns[column].kind if known is not None and column in known.columns else Kind.TEXT


def _typed(value: Any, kind: Kind, column: str, place: str) -> str | Decimal | date:
    if kind in (Kind.INTEGER, Kind.MONEY, Kind.QUANTITY):
        return number(value, column, place)
    if kind in (Kind.DATE, Kind.DATES):
        return day(value, column, place)
    return word(value, column, place)


def _codesets(where: Where) -> set[str]:
    found = {each.codeset for each in where.all_of if each.codeset}
    for group in (*where.any_of, *where.none_of):
        found |= _codesets(group)
    return found


def names_within(value: Any) -> set[str]:
    """The filters that a written condition names, however deep."""
    if isinstance(value, Mapping):
        named = {value["filter"]} if isinstance(value.get("filter"), str) else set()
        return named.union(*(names_within(each) for each in value.values()))
    return set().union(*(names_within(each) for each in value)) if isinstance(value, list) else set()


def conditions_of(where: Where) -> list[Condition]:
    """Every condition in it, however deep."""
    found = list(where.all_of)
    for group in (*where.any_of, *where.none_of):
        found.extend(conditions_of(group))
    return found
