"""The shapes of FHIR R4: for every resource and data type its elements, with cardinality, type, codes and targets.

Read once from `tables/elements.csv` and `tables/codes.csv` (HL7's definitions of R4 4.0.1). A shape is built when it is
first asked for; there are as many as R4 has types, never more.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any

from yigongti.kernel.records.definitions.invariants import RULES, Rule
from yigongti.kernel.records.definitions.narrative import is_narrative
from yigongti.kernel.records.definitions.primitives import CHECKS, Check, is_currency

TABLES = Path(__file__).parent / "tables"
RESOURCE = "Resource"  # the type of an element that holds a whole resource


@dataclass(frozen=True, slots=True)
class Row:
    """One element as the table tells it: Observation.value[x], 0..1, Quantity|CodeableConcept|…"""

    leaf: str
    least: int
    many: bool
    types: tuple[str, ...]
    in_summary: bool
    value_set: str
    targets: frozenset[str]


@dataclass(slots=True)
class Slot:
    """One name that may stand in a JSON object of a shape.

    leaf: the element's name in FHIRPath (`value` for `valueQuantity`). check: for primitives. shape: for the rest.
    choice: the element of which this is one of several types. sibling: for `_status` the name `status`.
    codes: the codes that a required binding allows, for a code or for one of the codings of a concept.
    """

    name: str
    leaf: str
    kind: str
    many: bool
    check: Check | None = None
    shape: Shape | None = None
    choice: str = ""
    sibling: str = ""
    in_summary: bool = False
    required: bool = False
    codes: frozenset[str] | None = None
    codings: frozenset[tuple[str, str]] | None = None
    targets: frozenset[str] = frozenset()
    is_primitive: bool = False  # also true of the `_` element beside one
    bound: bool = False  # more is asked than the shape: a reference, a required coding, a modifier extension


@dataclass(slots=True)
class Shape:
    """What may stand in a JSON object. required: for each element that must be there, the names that satisfy it."""

    name: str
    base: str
    slots: dict[str, Slot] = field(default_factory=dict)
    required: tuple[tuple[str, ...], ...] = ()
    is_resource: bool = False
    rules: tuple[Rule, ...] = ()


def _read(name: str) -> Iterator[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _read_elements() -> tuple[dict[str, str], dict[str, list[Row]]]:
    bases: dict[str, str] = {}
    children: dict[str, list[Row]] = {}
    for row in _read("elements.csv"):
        parent, _, leaf = row["path"].rpartition(".")
        if not parent:
            bases[leaf] = row["types"]
            continue
        children.setdefault(parent, []).append(
            Row(
                leaf=leaf,
                least=int(row["min"]),
                many=row["max"] != "1",
                types=tuple(row["types"].split("|")),
                in_summary=row["summary"] == "s",
                value_set=row["required_binding"],
                targets=frozenset(filter(None, row["targets"].split("|"))),
            )
        )
    return bases, children


def _read_codes() -> dict[str, dict[str, tuple[str, ...]]]:
    sets: dict[str, dict[str, tuple[str, ...]]] = {}
    for row in _read("codes.csv"):
        sets.setdefault(row["value_set"], {})[row["system"]] = tuple(row["codes"].split(" "))
    return sets


BASES, CHILDREN = _read_elements()
VALUE_SETS = _read_codes()
_shapes: dict[str, Shape] = {}
_unfinished: dict[str, Shape] = {}  # seen only by the thread that builds
_building = RLock()


def _descends(name: str, ancestor: str) -> bool:
    while name and name != ancestor:
        name = BASES.get(name, "")
    return bool(name)


RESOURCE_TYPES = frozenset(
    name for name in BASES if _descends(name, "Resource") and name not in {"Resource", "DomainResource"}
)


def shape_of(name: str) -> Shape:
    """The shape of a type ("Observation"), or of a part of one ("Observation.component"). KeyError for no such type."""
    shape = _shapes.get(name)
    if shape is not None:
        return shape
    with _building:
        outermost = not _unfinished
        try:
            shape = _shapes.get(name) or _unfinished.get(name) or _build(name)
            if outermost:
                _shapes.update(_unfinished)
            return shape
        finally:
            if outermost:
                _unfinished.clear()


def _build(name: str) -> Shape:
    base = BASES.get(name, "BackboneElement")
    if name not in BASES and name not in CHILDREN:
        raise KeyError(name)
    if name not in BASES and "." in name and _is_plain_part(name):
        base = "Element"
    shape = Shape(name, base, is_resource=name in RESOURCE_TYPES)
    _unfinished[name] = shape  # before its elements: a Questionnaire's item holds items
    required: list[tuple[str, ...]] = []
    if shape.is_resource:
        shape.slots["resourceType"] = Slot("resourceType", "resourceType", "code", False, name.__eq__, in_summary=True)
    for row in _rows(name, base):
        names = []
        for slot in _slots(name, row):
            shape.slots[slot.name] = slot
            names.append(slot.name)
        if row.least:
            required.append(tuple(names))
    shape.required = tuple(required)
    shape.rules = tuple(rule for one in dict.fromkeys([base, name]) for rule in RULES.get(one, ()))
    return shape


def _is_plain_part(name: str) -> bool:
    """Whether a part of a data type is an Element (Timing.repeat), which has no modifierExtension."""
    parent, _, leaf = name.rpartition(".")
    return any(row.leaf == leaf and row.types == ("Element",) for row in CHILDREN[parent])


def _rows(name: str, base: str) -> Iterator[Row]:
    """The elements of a type with those that it inherits. Money, Age and their like restate all of theirs."""
    inherited = {"Element", "BackboneElement", "Resource", "DomainResource"} - {name}
    while base:
        if base in inherited:
            yield from CHILDREN.get(base, ())
        base = BASES.get(base, "")
    yield from CHILDREN.get(name, ())


def _slots(owner: str, row: Row) -> Iterator[Slot]:
    is_choice = row.leaf.endswith("[x]")
    leaf = row.leaf.removesuffix("[x]")
    for kind in row.types:
        name = leaf + kind[0].upper() + kind[1:] if is_choice else leaf
        slot = Slot(name, leaf, kind, row.many, choice=leaf if is_choice else "", in_summary=row.in_summary)
        slot.required = row.least > 0
        _bind(slot, row)
        if kind in CHECKS or kind == "xhtml":
            slot.check = is_narrative if kind == "xhtml" else CHECKS[kind]
            slot.is_primitive = True
            if (owner, leaf) == ("Money", "currency"):
                slot.check = is_currency
            yield slot
            if kind != "xhtml" and leaf != "id" and (owner, leaf) != ("Extension", "url"):  # these carry no extensions
                extra = Slot("_" + name, leaf, "Element", row.many, shape=shape_of("Element"), sibling=name)
                extra.in_summary, extra.is_primitive = row.in_summary, True
                yield extra
        elif kind.startswith("#"):
            slot.shape = shape_of(kind[1:])
            yield slot
        elif kind in {"BackboneElement", "Element"} and f"{owner}.{leaf}" in CHILDREN:
            slot.shape = shape_of(f"{owner}.{leaf}")
            yield slot
        elif kind == RESOURCE:
            yield slot
        else:
            slot.shape = shape_of(kind)
            yield slot


def _bind(slot: Slot, row: Row) -> None:
    if slot.kind == "Reference":
        slot.targets, slot.bound = row.targets, True
    if slot.name == "modifierExtension":
        slot.bound = True
    systems = VALUE_SETS.get(row.value_set)
    if systems is None:
        return
    if slot.kind in {"code", "string", "uri"}:
        slot.codes = frozenset(code for codes in systems.values() for code in codes)
    elif slot.kind in {"Coding", "CodeableConcept"}:
        slot.bound = True
        slot.codings = frozenset((system, code) for system, codes in systems.items() for code in codes)


def system_of(owner: str, leaf: str) -> str:
    """The code system of a plain code element (Patient.gender), empty when the binding names none or several."""
    for row in CHILDREN.get(owner, ()):
        if row.leaf == leaf:
            systems: dict[str, Any] = VALUE_SETS.get(row.value_set, {})
            return next(iter(systems)) if len(systems) == 1 else ""
    return ""
