"""The search parameters of each type, compiled from R4's own expressions into plain ways through the JSON.

Read from `tables/search_parameters.csv`. Only parameters whose expression is understood whole are offered; composite
parameters and those that follow a reference are not (`LEFT_OUT` names them all, and a test holds the list).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast

from yigongti.kernel.records.definitions.converters import CONVERTERS, Convert, code_of, concept_text, reference_to
from yigongti.kernel.records.definitions.structure import TABLES, Slot, shape_of, system_of
from yigongti.kernel.records.definitions.types import SUPPORTED

Kind = Literal["token", "string", "date", "reference", "quantity", "uri"]
Condition = tuple[str, str] | None

_PATH = r"[A-Z]\w*(?:\.\w+)*"
_as = re.compile(rf"\(?({_PATH})(?: as (\w+)\)?|\.as\((\w+)\))(\.text)?").fullmatch
_is = re.compile(rf"({_PATH})\.where\(resolve\(\) is (\w+)\)").fullmatch
_where = re.compile(rf"({_PATH})\.where\((\w+)='(\w+)'\)").fullmatch
_plain = re.compile(_PATH).fullmatch

# parameters that every type has; _id and _lastUpdated are the store's own columns
COMMON = (
    ("_tag", "token", "meta.tag"),
    ("_security", "token", "meta.security"),
    ("_profile", "uri", "meta.profile"),
    ("_source", "uri", "meta.source"),
)


@dataclass(frozen=True, slots=True)
class Way:
    """One way from the root to values: the keys below the first one, a condition on the value, what to make of it."""

    first: str
    rest: tuple[str, ...]
    convert: Convert
    condition: Condition = None
    targets: frozenset[str] = frozenset()  # of a reference; all types if empty
    is_canonical: bool = False


@dataclass(frozen=True, slots=True)
class SearchParameter:
    """A search parameter of a type. targets: the types that a reference may point at, all of them if empty."""

    name: str
    kind: Kind
    expression: str
    targets: tuple[str, ...]
    ways: tuple[Way, ...]

    @property
    def leads_on(self) -> bool:
        """Whether the parameter refers to resources that can be followed: a canonical url is only compared."""
        return self.kind == "reference" and not all(way.is_canonical for way in self.ways)


def _slots_at(type_name: str, path: str) -> Iterator[tuple[tuple[str, ...], Slot, str]]:
    """The JSON keys of a path, with the slot at its end and the shape that owns it; several where there is a choice."""
    below: list[tuple[tuple[str, ...], str]] = [((), type_name)]
    steps = path.split(".")
    for place, step in enumerate(steps):
        ends = []
        for keys, owner in below:
            for slot in shape_of(owner).slots.values():
                if slot.leaf != step or slot.sibling:
                    continue
                if place == len(steps) - 1:
                    yield (*keys, slot.name), slot, owner
                elif slot.shape is not None:
                    ends.append(((*keys, slot.name), slot.shape.name))
        below = ends


def _ways(type_name: str, kind: str, expression: str) -> list[Way] | None:
    """The ways of one alternative of an expression, None if it is not understood."""
    only, condition, target, text = "", None, "", False
    if match := _as(expression):
        path, only, text = match[1], match[2] or match[3], bool(match[4])
    elif match := _is(expression):
        path, target = match[1], match[2]
    elif match := _where(expression):
        path, condition = match[1], (match[2], match[3])
    elif _plain(expression):
        path = expression
    else:
        return None
    found = []
    for keys, slot, owner in _slots_at(type_name, path.partition(".")[2]):
        if only and slot.kind.lower() != only.lower():
            continue
        convert = CONVERTERS.get((kind, slot.kind))
        if text:
            convert = concept_text
        elif kind == "token" and slot.kind == "code" and (system := system_of(owner, slot.leaf)):
            convert = code_of(system)
        elif target and slot.kind == "Reference":
            convert = reference_to(target)
        if convert is not None:
            targets = frozenset({target}) if target else slot.targets
            found.append(Way(keys[0], keys[1:], convert, condition, targets, slot.kind != "Reference"))
    return found


def _compile(row: dict[str, str]) -> SearchParameter | None:
    name, kind, expression = row["name"], row["kind"], row["expression"]
    if kind == "composite" or name == "phonetic":
        return None
    if name == "deceased":
        ways = _deceased()
    else:
        ways = []
        for part in expression.split(" | "):
            some = _ways(row["type"], kind, part.strip())
            if some is None:
                return None
            ways += some
    return SearchParameter(name, cast(Kind, kind), expression, _targets(ways), tuple(ways)) if ways else None


def _targets(ways: list[Way]) -> tuple[str, ...]:
    """The types that the elements of the ways may refer to; the parameter's own list spans all types that share it."""
    ways = [way for way in ways if not way.is_canonical]
    if any(not way.targets for way in ways):
        return ()
    return tuple(sorted(frozenset[str]().union(*(way.targets for way in ways))))


def _deceased() -> list[Way]:
    """`Patient.deceased.exists() and Patient.deceased != false`: a date of death says yes as well."""
    boolean = CONVERTERS["token", "boolean"]

    def died(rows: Any, name: str, value: Any) -> None:
        boolean(rows, name, True)

    return [Way("deceasedBoolean", (), boolean), Way("deceasedDateTime", (), died)]


def _common() -> list[SearchParameter]:
    found = []
    for name, kind, path in COMMON:
        (way,) = [Way(keys[0], keys[1:], CONVERTERS[kind, slot.kind]) for keys, slot, _ in _slots_at("Resource", path)]
        found.append(SearchParameter(name, cast(Kind, kind), f"Resource.{path}", (), (way,)))
    return found


@cache
def _all() -> tuple[dict[str, dict[str, SearchParameter]], tuple[str, ...]]:
    by_type: dict[str, dict[str, SearchParameter]] = {name: {} for name in SUPPORTED}
    left_out = []
    with (TABLES / "search_parameters.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["type"] not in SUPPORTED:
                continue
            parameter = _compile(row)
            if parameter is None:
                left_out.append(f"{row['type']}.{row['name']}")
            else:
                by_type[row["type"]][row["name"]] = parameter
    common = _common()
    for parameters in by_type.values():
        parameters.update((parameter.name, parameter) for parameter in common)
    return by_type, tuple(left_out)


def parameters_of(type_name: str) -> dict[str, SearchParameter]:
    """The search parameters of a supported type by name. KeyError for a type that is not supported."""
    return _all()[0][type_name]


def left_out() -> tuple[str, ...]:
    """The parameters of R4 that are not offered, as "Type.name"."""
    return _all()[1]
