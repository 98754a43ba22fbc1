"""Index rows of a resource, and the patients whose record it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from yigongti.kernel.records.definitions.converters import Convert
from yigongti.kernel.records.definitions.parameters import Condition, parameters_of
from yigongti.kernel.records.definitions.references import split_reference
from yigongti.kernel.records.definitions.rows import IndexRows, TokenRow
from yigongti.kernel.records.definitions.texts import LONGEST
from yigongti.kernel.records.definitions.types import SUPPORTED

Plan = tuple[str, tuple[str, ...], Convert, Condition]


@cache
def _plans(type_name: str) -> dict[str, tuple[Plan, ...]]:
    """What is made of each top-level element of a type; there are as many as supported types."""
    plans: dict[str, list[Plan]] = {}
    for parameter in parameters_of(type_name).values():
        for way in parameter.ways:
            plans.setdefault(way.first, []).append((parameter.name, way.rest, way.convert, way.condition))
    return {first: tuple(some) for first, some in plans.items()}


def index_rows(resource: Mapping[str, Any]) -> IndexRows:
    """The rows by which a valid resource of a supported type is found. Contained resources are not indexed.

    `_id` and `_lastUpdated` are left to the store. KeyError for a type that is not supported.
    """
    rows = IndexRows()
    plans = _plans(resource["resourceType"])
    for name, value in resource.items():
        for parameter, rest, convert, condition in plans.get(name, ()):
            _follow(rows, value, rest, parameter, convert, condition)
    rows.tokens = list(dict.fromkeys(rows.tokens))
    rows.strings = list(dict.fromkeys(rows.strings))
    rows.references = list(dict.fromkeys(rows.references))
    _shorten(rows)
    return rows


def _shorten(rows: IndexRows) -> None:
    """Cut what an index entry could not hold; searches are cut at the same length."""
    if any(len(row.code) > LONGEST or len(row.system) > LONGEST for row in rows.tokens):
        rows.tokens = [TokenRow(row.parameter, row.system[:LONGEST], row.code[:LONGEST]) for row in rows.tokens]
    if any(len(row.url) > LONGEST for row in rows.references):
        rows.references = [row._replace(url=row.url[:LONGEST]) for row in rows.references]
    if any(len(row.uri) > LONGEST for row in rows.uris):
        rows.uris = [row._replace(uri=row.uri[:LONGEST]) for row in rows.uris]


def _follow(
    rows: IndexRows, value: Any, rest: tuple[str, ...], parameter: str, convert: Convert, condition: Condition
) -> None:
    if type(value) is list:
        for item in value:
            _follow(rows, item, rest, parameter, convert, condition)
    elif rest:
        if type(value) is dict and rest[0] in value:
            _follow(rows, value[rest[0]], rest[1:], parameter, convert, condition)
    elif value is not None and (condition is None or value.get(condition[0]) == condition[1]):
        convert(rows, parameter, value)


def compartment_of(resource: Mapping[str, Any]) -> list[str]:
    """References to the patients whose record this belongs to, as written ("Patient/17", "urn:uuid:…"), each once.

    Empty for what belongs to nobody's record (institutions, forms, a device on the shelf, a group), and where the
    patient is only named by an identifier or contained. A document belongs where its composition belongs.
    """
    kind = resource["resourceType"]
    if kind == "Patient":
        return [f"Patient/{resource['id']}"] if "id" in resource else []
    if kind == "Bundle":
        entries = resource.get("entry") or [{}]
        first = entries[0].get("resource", {})
        return compartment_of(first) if first.get("resourceType") == "Composition" else []
    supported = SUPPORTED.get(kind)
    found: list[str] = []
    for path in supported.patient if supported else ():
        for reference in _values(resource, path.split(".")):
            text = reference.get("reference", "") if isinstance(reference, dict) else ""
            target = split_reference(text)
            if target is None or target.local:
                continue
            if (target.type or reference.get("type", "Patient")) == "Patient":
                found.append(text)
    return list(dict.fromkeys(found))


def _values(node: Any, keys: list[str]) -> Iterator[Any]:
    if isinstance(node, list):
        for item in node:
            yield from _values(item, keys)
    elif not keys:
        yield node
    elif isinstance(node, Mapping) and keys[0] in node:
        yield from _values(node[keys[0]], keys[1:])
