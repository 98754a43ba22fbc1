"""A part of a resource instead of all of it: `_summary` and `_elements`. What was cut is marked SUBSETTED."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from yigongti.kernel.records.definitions.search import Summary
from yigongti.kernel.records.definitions.structure import Shape, shape_of

SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
_ALWAYS = frozenset({"resourceType", "id", "meta"})


def summary_of(resource: Mapping[str, Any], mode: Summary) -> dict[str, Any]:
    """The resource as `_summary` asks for it.

    true: the elements that R4 marks for the summary. text: the narrative, id, meta and required elements. data: all
    but the narrative. false, count: all of it (a count has no resources; that is the store's answer).
    """
    shape = shape_of(resource["resourceType"])
    if mode == "true":
        return _subsetted(_summarised(resource, shape))
    if mode == "text":
        return _subsetted(_chosen(resource, shape, {"text"}))
    if mode == "data":
        return _subsetted({name: value for name, value in resource.items() if name != "text"})
    return dict(resource)


def elements_of(resource: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """The named elements with id, meta and what R4 requires; `value` names `valueQuantity` as well."""
    plain = {name.removeprefix(resource["resourceType"] + ".").split(".")[0] for name in names}
    return _subsetted(_chosen(resource, shape_of(resource["resourceType"]), plain))


def _chosen(resource: Mapping[str, Any], shape: Shape, names: Collection[str]) -> dict[str, Any]:
    kept = {}
    for name, value in resource.items():
        slot = shape.slots.get(name)
        wanted = name in _ALWAYS or name in names or (slot is not None and (slot.leaf in names or slot.required))
        if wanted:
            kept[name] = value
    return kept


def _summarised(value: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, child in value.items():
        slot = shape.slots.get(name)
        if slot is None or not (slot.in_summary or slot.required or name in _ALWAYS):
            continue
        part = slot.shape
        if part is not None and "." in part.name and not slot.sibling:  # a part of the resource, not a data type
            below: Any = [_summarised(one, part) for one in child] if slot.many else _summarised(child, part)
            if below and below != [{}]:
                kept[name] = below
        else:
            kept[name] = child
    return kept


def _subsetted(resource: dict[str, Any]) -> dict[str, Any]:
    meta = dict(resource.get("meta", {}))
    tags = meta.get("tag", [])
    if SUBSETTED not in tags:
        meta["tag"] = [*tags, SUBSETTED]
    kept: dict[str, Any] = {name: resource[name] for name in ("resourceType", "id") if name in resource}
    return {**kept, "meta": meta, **{name: value for name, value in resource.items() if name not in {*kept, "meta"}}}
