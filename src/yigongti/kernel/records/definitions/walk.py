"""One walk over the JSON of a resource that finds everything wrong with it.

The walk is driven by the shapes of `structure.py`. It is our own because bundles must go in fast: on a resource that is
right it makes next to no objects. The rules of R4 that cross elements (`invariants.py`) are asked of an object only
when its elements are right.
"""

from __future__ import annotations

from typing import Any

from yigongti.kernel.records.definitions.issues import Found
from yigongti.kernel.records.definitions.references import split_reference
from yigongti.kernel.records.definitions.structure import RESOURCE_TYPES, Shape, Slot, shape_of

Json = dict[str, Any]
Locals = list[str]  # references to contained resources met on the way ("#p1")
SHOWN = 80  # characters of a wrong value that a message repeats
SHOWN_CODES = 12


def walk_resource(value: Any) -> list[Found]:
    """Everything wrong with a resource of any type of R4, with what it contains."""
    shape, wrong = _resource_shape(value)
    if shape is None:
        return wrong
    met: Locals = []
    found = _walk(value, shape, met) or []
    if met or "contained" in value:
        found = found + _check_contained(value, met)
    return found


def _resource_shape(value: Any) -> tuple[Shape | None, list[Found]]:
    if type(value) is not dict:
        return None, [_not_an_object(value)]
    name = value.get("resourceType")
    if type(name) is str and name in RESOURCE_TYPES:
        return shape_of(name), []
    if name is None:
        return None, [Found("required", {"name": "resourceType"})]
    return None, [Found("unknown_type", {"type": _shown(name)}, ["resourceType"])]


def _walk(value: Any, shape: Shape, met: Locals) -> list[Found] | None:
    """Everything wrong within one object; None when nothing is."""
    if type(value) is not dict or not value:
        return [_not_an_object(value)]
    found: list[Found] | None = None
    slots = shape.slots
    chosen: dict[str, str] | None = None
    pairs = False  # a primitive beside its `_` element, or a list with gaps
    for name, child in value.items():
        slot = slots.get(name)
        if slot is None:
            found = _add(found, Found("unknown_element", {"shape": shape.name, "name": _shown(name)}))
            continue
        if slot.many:
            wrong = _walk_list(child, slot, met)
            pairs = pairs or (slot.is_primitive and type(child) is list and None in child)
        elif slot.check is not None:
            right = slot.check(child) and (slot.codes is None or child in slot.codes)
            wrong = None if right else [_bad_primitive(child, slot)]
        else:
            wrong = _walk_inner(child, slot, met)
        if slot.choice:
            key = slot.sibling or name
            if chosen is None:
                chosen = {slot.choice: key}
            elif chosen.setdefault(slot.choice, key) != key:
                found = _add(found, Found("two_choices", {"name": slot.choice, "first": chosen[slot.choice]}))
        if slot.sibling:
            pairs = True
        if wrong is not None:
            for one in wrong:
                one.steps.append(slot.leaf)
            found = wrong if found is None else found + wrong
    for names in shape.required:
        if names[0] not in value and not any(name in value for name in names):
            found = _add(found, Found("required", {"name": slots[names[0]].leaf}))
    if pairs and found is None:
        found = _check_pairs(value, slots)
    if shape.rules and (found is None or all(one.reason == "modifier_extension" for one in found)):
        for rule in shape.rules:
            if not rule.holds(value):
                found = _add(found, Found("rule", {"zh": rule.zh, "en": rule.en}))
    return found


def _add(found: list[Found] | None, one: Found) -> list[Found]:
    return [one] if found is None else [*found, one]


def _walk_list(value: Any, slot: Slot, met: Locals) -> list[Found] | None:
    if type(value) is not list:
        return [Found("null" if value is None else "not_a_list")]
    if not value:
        return [Found("empty_list")]
    found: list[Found] | None = None
    for place, item in enumerate(value):
        if slot.check is not None:
            if item is None or (slot.check(item) and (slot.codes is None or item in slot.codes)):
                continue
            wrong: list[Found] | None = [_bad_primitive(item, slot)]
        elif item is None and slot.sibling:
            continue
        else:
            wrong = _walk_inner(item, slot, met)
        if wrong is not None:
            for one in wrong:
                one.steps.append(f"[{place}]")
            found = wrong if found is None else found + wrong
    return found


def _walk_inner(value: Any, slot: Slot, met: Locals) -> list[Found] | None:
    """One object that is an element's value: a data type, a part of the resource, or another resource."""
    if slot.shape is None:
        if slot.leaf != "contained":
            return walk_resource(value) or None  # an entry of a bundle: what it contains is its own
        shape, wrong = _resource_shape(value)
        return wrong if shape is None else _walk(value, shape, met)
    found = _walk(value, slot.shape, met)
    if found is None and slot.bound:
        one = _bound(value, slot, met)
        return None if one is None else [one]
    return found


def _bound(value: Json, slot: Slot, met: Locals) -> Found | None:
    """What is asked of an object beyond its shape: where a reference may point, which coding a concept must carry."""
    if slot.kind == "Reference":
        return _check_reference(value, slot, met)
    if slot.kind == "Extension":
        return Found("modifier_extension", {"url": value["url"]})
    codings = value.get("coding", ()) if slot.kind == "CodeableConcept" else (value,)
    required = slot.codings or frozenset()
    if any((coding.get("system"), coding.get("code")) in required for coding in codings):
        return None
    if not codings and "extension" in value:
        return None
    return Found("no_required_coding", {"codes": _listed(code for _, code in required)})


def _check_reference(value: Json, slot: Slot, met: Locals) -> Found | None:
    text = value.get("reference")
    if text is None:
        kind = ""
    elif text[:1] == "#":
        met.append(text)
        return None
    else:
        target = split_reference(text)
        if target is None:
            return Found("bad_reference", {"value": _shown(text)}, ["reference"])
        kind = target.type
    kind = kind or value.get("type", "")
    if kind and slot.targets and kind not in slot.targets and kind in RESOURCE_TYPES:
        return Found("wrong_target", {"type": kind, "targets": _listed(slot.targets)})
    return None


def _check_pairs(value: Json, slots: dict[str, Slot]) -> list[Found] | None:
    """Primitives beside their `_` elements: lists are as long as each other and never empty at the same place."""
    found: list[Found] | None = None
    for name in value:
        slot = slots[name]
        if not slot.is_primitive or (slot.sibling and slot.sibling in value):
            continue
        name = slot.sibling or name
        plain, extra = value.get(name), value.get("_" + name)
        if not slot.many:
            if plain is None and "extension" not in (extra or ()):
                found = _add(found, Found("required", {"name": name}))
            continue
        gaps = [None] * len(plain or extra or ())
        plain, extra = plain or gaps, extra or gaps
        if len(plain) != len(extra) or any(a is None and b is None for a, b in zip(plain, extra, strict=True)):
            found = _add(found, Found("list_lengths", {"name": name}, [slot.leaf]))
    return found


def _check_contained(resource: Json, met: Locals) -> list[Found]:
    """Contained resources are named, flat, used, without version or security label of their own (dom-2 to dom-5)."""
    contained = resource.get("contained", [])
    if type(contained) is not list or any(type(one) is not dict for one in contained):
        return []
    found: list[Found] = []
    ids: set[str] = set()
    for place, one in enumerate(contained):
        step = f"contained[{place}]"
        name = one.get("id")
        if type(name) is not str:
            found.append(Found("contained_unnamed", {}, [step]))
            continue
        if name in ids:
            found.append(Found("contained_twice", {"id": _shown(name)}, [step]))
        ids.add(name)
        if "contained" in one:
            found.append(Found("contained_nested", {}, [step]))
        meta = one.get("meta", {})
        if type(meta) is dict and not meta.keys().isdisjoint({"versionId", "lastUpdated", "security"}):
            found.append(Found("contained_meta", {}, [step]))
        if f"#{name}" not in met and not _is_used(resource, one, name):
            found.append(Found("contained_unused", {"id": _shown(name)}, [step]))
    for text in dict.fromkeys(met):
        if text != "#" and text[1:] not in ids:
            found.append(Found("unresolved", {"id": _shown(text[1:])}, _steps_to(resource, text)))
    return found


def _is_used(resource: Json, contained: Json, name: str) -> bool:
    """Whether a contained resource is named by a canonical or url, or names its container."""
    return bool(_steps_to(contained, "#")) or bool(_steps_to(resource, f"#{name}"))


def _steps_to(node: Any, text: str) -> list[str]:
    """The way to the first string that equals the text, from the inside outwards; empty if there is none."""
    named: list[tuple[str, Any]] = []
    if type(node) is dict:
        named = list(node.items())
    elif type(node) is list:
        named = [(f"[{place}]", child) for place, child in enumerate(node)]
    for step, child in named:
        if child == text:
            return [step]
        if type(child) is dict or type(child) is list:
            steps = _steps_to(child, text)
            if steps:
                return [*steps, step]
    return []


def _bad_primitive(value: Any, slot: Slot) -> Found:
    if value is None:
        return Found("null")
    if type(value) is list:
        return Found("a_list")
    if slot.check is not None and slot.check(value) and slot.codes is not None:
        return Found("bad_code", {"value": _shown(value), "codes": _listed(slot.codes)})
    return Found("bad_value", {"kind": slot.kind, "value": _shown(value)})


def _not_an_object(value: Any) -> Found:
    if type(value) is dict:
        return Found("empty_object")
    return Found("a_list" if type(value) is list else "null" if value is None else "not_an_object")


def _shown(value: Any) -> str:
    text = value if type(value) is str else repr(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def _listed(codes: Any) -> str:
    names = sorted(set(codes))
    more = f", … ({len(names)})" if len(names) > SHOWN_CODES else ""
    return ", ".join(names[:SHOWN_CODES]) + more
