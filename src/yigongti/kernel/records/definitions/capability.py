"""What the record store can search, said from the tables by which it searches: never more than is true."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from yigongti.kernel.records.definitions.parameters import SearchParameter, parameters_of
from yigongti.kernel.records.definitions.search_query import MODIFIERS, MOST_ROWS, OWN_COLUMNS
from yigongti.kernel.records.definitions.types import SUPPORTED

_OWN = {
    "_id": "The logical id of the resource",
    "_lastUpdated": "When the resource was last changed",
}


def capability_rest(types: Iterable[str] = SUPPORTED) -> list[dict[str, Any]]:
    """The search part of `CapabilityStatement.rest.resource` for each type: parameters, includes, reverse includes.

    Interactions, versioning and conditional behaviour are the store's to say.
    """
    names = list(types)
    return [_resource(name, names) for name in names]


def _resource(name: str, types: list[str]) -> dict[str, Any]:
    own = [{"name": own, "type": kind, "documentation": _OWN[own]} for own, kind in OWN_COLUMNS.items()]
    others = [
        {"name": one.name, "type": one.kind, "documentation": documentation(one)}
        for _, one in sorted(parameters_of(name).items())
    ]
    lists = {
        "searchInclude": includes_of(name),
        "searchRevInclude": revincludes_of(name, types),
        "searchParam": [*own, *others],
    }
    return {"type": name, **{key: some for key, some in lists.items() if some}}


def documentation(parameter: SearchParameter) -> str:
    """R4's expression of the parameter, and the modifiers that may be used with it."""
    modifiers = [f":{modifier}" for modifier in MODIFIERS[parameter.kind]]
    if parameter.leads_on:
        modifiers += [":identifier", *(f":{target}" for target in parameter.targets if target in SUPPORTED)]
    return f"{parameter.expression}; modifiers {' '.join(modifiers)}"


def includes_of(type_name: str) -> list[str]:
    """What `_include` may ask for of the type: "Observation:subject"."""
    some = parameters_of(type_name).values()
    return sorted(f"{type_name}:{parameter.name}" for parameter in some if parameter.leads_on)


def revincludes_of(type_name: str, types: Iterable[str]) -> list[str]:
    """What `_revinclude` may ask for of the type: the references of other types that may point at it."""
    return sorted(
        f"{other}:{parameter.name}"
        for other in types
        for parameter in parameters_of(other).values()
        if parameter.leads_on and (not parameter.targets or type_name in parameter.targets)
    )


_OF_EVERY_SEARCH = (
    ("_id", "string"),
    ("_lastUpdated", "string"),
    ("_include", "string"),
    ("_revinclude", "string"),
    ("_sort", "string"),
    ("_elements", "string"),
)


def openapi_parameters(type_name: str) -> list[dict[str, Any]]:
    """The query parameters of a search of the type, as OpenAPI 3 parameter objects."""
    plain = [(name, {"type": kind}) for name, kind in _OF_EVERY_SEARCH]
    bounded: list[tuple[str, dict[str, Any]]] = [
        ("_count", {"type": "integer", "minimum": 0, "maximum": MOST_ROWS}),
        ("_summary", {"type": "string", "enum": ["true", "text", "data", "count", "false"]}),
        ("_total", {"type": "string", "enum": ["none", "estimate", "accurate"]}),
    ]
    own = [(name, {"type": "string"}) for name in sorted(parameters_of(type_name))]
    return [
        {"name": name, "in": "query", "required": False, "schema": schema} for name, schema in (*plain, *bounded, *own)
    ]
