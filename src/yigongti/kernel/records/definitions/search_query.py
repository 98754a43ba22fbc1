"""From the query of a URL to a search: parameters, modifiers, chains, and what the answer should look like."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.records.definitions.parameters import SearchParameter, parameters_of
from yigongti.kernel.records.definitions.search import (
    Chain,
    Clause,
    ClauseKind,
    Condition,
    Has,
    Include,
    Modifier,
    Search,
    Sort,
    Value,
)
from yigongti.kernel.records.definitions.search_values import (
    READERS,
    bad_value,
    id_value,
    missing_value,
    reference_value,
    split_unescaped,
    unescaped,
)
from yigongti.kernel.records.definitions.types import SUPPORTED

MOST_ROWS = 1000  # resources of one page
MOST_CLAUSES = 50
MOST_VALUES = 300  # alternatives within one clause
MOST_STEPS = 4  # links of a chain

OWN_COLUMNS: dict[str, ClauseKind] = {"_id": "token", "_lastUpdated": "date"}
MODIFIERS: dict[str, tuple[Modifier, ...]] = {
    "token": ("missing", "not"),
    "string": ("missing", "exact", "contains"),
    "date": ("missing",),
    "quantity": ("missing",),
    "uri": ("missing", "below"),
    "reference": ("missing",),
}
SUMMARIES = ("true", "text", "data", "count", "false")
TOTALS = ("none", "estimate", "accurate")
_ANSWERED_ELSEWHERE = frozenset({"_format", "_pretty"})


class _Unknown(Exception):
    """A parameter that the type does not have; refused or ignored, as the client wishes."""


def parse_search(
    type_name: str,
    query: Sequence[tuple[str, str]],
    *,
    strict: bool = True,
    base: str = "",
    besides: Collection[str] = (),
) -> Search:
    """What a query asks of a type. query: decoded names and values in their order.

    strict: an unknown parameter raises InvalidInput, else it is listed in `ignored` (Prefer: handling=lenient).
    A modifier or value that is not understood always raises. base: our own base URL, whose references are ours.
    besides: names that the caller handles (its page token). KeyError for a type that is not supported.
    """
    parameters_of(type_name)
    search = Search(type_name)
    for name, text in query:
        if name in besides or name in _ANSWERED_ELSEWHERE:
            continue
        try:
            search = _with_parameter(search, name, text, base)
        except _Unknown as unknown:
            if strict:
                raise _unknown(type_name, str(unknown)) from None
            search = replace(search, ignored=(*search.ignored, name))
    if len(search.clauses) > MOST_CLAUSES:
        raise InvalidInput(
            "records.search_too_long",
            zh=f"检索条件最多 {MOST_CLAUSES} 个",
            en=f"A search has at most {MOST_CLAUSES} conditions",
        )
    return search


def _with_parameter(search: Search, name: str, text: str, base: str) -> Search:
    plain, _, modifier = name.partition(":")
    if plain in {"_include", "_revinclude"}:
        include = _include(search.type, name, text, modifier, reverse=plain == "_revinclude")
        if plain == "_include":
            return replace(search, includes=(*search.includes, include))
        return replace(search, revincludes=(*search.revincludes, include))
    if name == "_sort":
        return replace(search, sort=tuple(_sort(search.type, part) for part in text.split(",") if part))
    if name in _ANSWERS:
        answer: dict[str, Any] = {name[1:]: _ANSWERS[name](name, text)}
        return replace(search, **answer)
    if text == "":
        raise _Unknown(name)
    return replace(search, clauses=(*search.clauses, _condition(search.type, name, text, base, MOST_STEPS)))


def _condition(type_name: str, name: str, text: str, base: str, steps: int) -> Condition:
    if steps == 0:
        raise bad_value(name, text, f"至多 {MOST_STEPS} 级的链式检索", f"a chain of at most {MOST_STEPS} links")
    if name.startswith("_has:"):
        return _has(type_name, name, text, base, steps)
    link, point, rest = name.partition(".")
    if point:
        return _chain(type_name, link, rest, text, base, steps)
    plain, _, modifier = name.partition(":")
    if plain in OWN_COLUMNS:
        if modifier:
            raise _no_modifier(name, modifier)
        reader = id_value if plain == "_id" else READERS["date"]
        return Clause(plain, OWN_COLUMNS[plain], "", tuple(reader(plain, part) for part in _alternatives(name, text)))
    return _clause(_parameter(type_name, plain), name, modifier, text, base)


def _clause(parameter: SearchParameter, name: str, modifier: str, text: str, base: str) -> Clause:
    kind, plain = parameter.kind, parameter.name
    parts = _alternatives(name, text)
    values: tuple[Value, ...]
    if modifier == "missing":
        return Clause(plain, kind, "missing", (missing_value(plain, text),))
    if kind == "reference":
        if modifier == "identifier":
            return Clause(f"{plain}:identifier", "token", "", tuple(READERS["token"](plain, part) for part in parts))
        if modifier and not _may_refer(parameter, modifier):
            raise _no_modifier(name, modifier)
        targets = (modifier,) if modifier else parameter.targets
        values = tuple(reference_value(plain, part, targets, base) for part in parts)
        return Clause(plain, kind, "", values)
    known: Modifier | None = next((one for one in ("", *MODIFIERS[kind]) if one == modifier), None)
    if known is None:
        raise _no_modifier(name, modifier)
    values = tuple(READERS[kind](plain, part) for part in parts)
    return Clause(plain, kind, known, values)


def _chain(type_name: str, link: str, rest: str, text: str, base: str, steps: int) -> Chain:
    plain, _, only = link.partition(":")
    parameter = _parameter(type_name, plain)
    if not parameter.leads_on:
        raise _Unknown(f"{link}.{rest}")
    if only and not _may_refer(parameter, only):
        raise _no_modifier(link, only)
    targets = (only,) if only else parameter.targets or tuple(SUPPORTED)
    alternatives = []
    for target in targets:
        if target in SUPPORTED:
            try:
                alternatives.append((target, _condition(target, rest, text, base, steps - 1)))
            except _Unknown:
                continue
    if not alternatives:
        raise _Unknown(f"{link}.{rest}")
    return Chain(plain, tuple(alternatives))


def _has(type_name: str, name: str, text: str, base: str, steps: int) -> Has:
    parts = name.split(":", 3)
    if len(parts) != 4 or parts[1] not in SUPPORTED:
        raise _Unknown(name)
    _, source, plain, rest = parts
    parameter = _parameter(source, plain)
    if not parameter.leads_on or not _may_refer(parameter, type_name):
        raise _Unknown(name)
    return Has(source, plain, _condition(source, rest, text, base, steps - 1))


def _include(type_name: str, name: str, text: str, modifier: str, *, reverse: bool) -> Include:
    iterate = modifier in {"iterate", "recurse"}
    if modifier and not iterate:
        raise _no_modifier(name, modifier)
    source, _, rest = text.partition(":")
    plain, _, target = rest.partition(":")
    if source == "*" and not rest:
        source, plain = ("*", "*") if reverse else (type_name, "*")
    elif source not in SUPPORTED or (not reverse and not iterate and source != type_name):
        raise _bad_include(name, text)
    if plain != "*":
        parameter = parameters_of(source).get(plain)
        if parameter is None or not parameter.leads_on:
            raise _bad_include(name, text)
        if target and not _may_refer(parameter, target):
            raise _bad_include(name, text)
        if reverse and not iterate and not _may_refer(parameter, type_name):
            raise _bad_include(name, text)
    return Include(source, plain, target, iterate)


def _sort(type_name: str, text: str) -> Sort:
    plain, descending = text.removeprefix("-"), text.startswith("-")
    if plain in OWN_COLUMNS:
        return Sort(plain, OWN_COLUMNS[plain], descending)
    parameter = parameters_of(type_name).get(plain)
    if parameter is None or parameter.kind == "reference":
        raise bad_value("_sort", plain, "可排序的检索参数", "a search parameter that can be sorted by")
    return Sort(plain, parameter.kind, descending)


def _count(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise bad_value(name, text, "非负整数", "a whole number, zero or more")
    return min(int(text[:9]), MOST_ROWS)


def _one_of(*words: str) -> Any:
    def read(name: str, text: str) -> str:
        if text not in words:
            raise bad_value(name, text, "、".join(words) + " 之一", "one of " + ", ".join(words))
        return text

    return read


def _elements(name: str, text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


_ANSWERS = {
    "_count": _count,
    "_summary": _one_of(*SUMMARIES),
    "_total": _one_of(*TOTALS),
    "_elements": _elements,
}


def _alternatives(name: str, text: str) -> list[str]:
    parts = [part for part in split_unescaped(text, ",") if unescaped(part).strip()]
    if not parts:
        raise bad_value(name, text, "非空的值", "a value")
    if len(parts) > MOST_VALUES:
        raise bad_value(name, text, f"至多 {MOST_VALUES} 个值", f"at most {MOST_VALUES} values")
    return parts


def _parameter(type_name: str, name: str) -> SearchParameter:
    parameter = parameters_of(type_name).get(name)
    if parameter is None:
        raise _Unknown(name)
    return parameter


def _may_refer(parameter: SearchParameter, type_name: str) -> bool:
    return type_name in parameter.targets if parameter.targets else type_name in SUPPORTED


def _unknown(type_name: str, name: str) -> InvalidInput:
    return InvalidInput(
        "records.unknown_search_parameter",
        zh=f"{type_name} 没有检索参数“{name[:80]}”，或其值为空",
        en=f"{type_name} has no search parameter “{name[:80]}”, or its value is empty",
        where=name[:80],
    )


def _no_modifier(name: str, modifier: str) -> InvalidInput:
    return InvalidInput(
        "records.unknown_search_modifier",
        zh=f"检索参数“{name[:80]}”不支持修饰符“{modifier[:40]}”",
        en=f"The search parameter “{name[:80]}” does not support the modifier “{modifier[:40]}”",
        where=name[:80],
    )


def _bad_include(name: str, text: str) -> InvalidInput:
    zh, en = "“类型:引用参数”，如 Observation:subject", "type:parameter, such as Observation:subject"
    return bad_value(name, text, zh, en)
