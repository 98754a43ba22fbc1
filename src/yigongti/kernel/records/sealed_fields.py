"""Identity numbers and telephones inside resources are sealed at rest, like those of the master index.

Stored, the value of such an identifier or contact point is "sealed:" and the sealed text; whoever may see the resource
gets it opened, or masked (people/masking.py). The search index holds the blind index instead of the value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from yigongti.kernel.people.sealing import KeyRing, ring
from yigongti.kernel.records.definitions.public import read_json, write_json
from yigongti.kernel.records.naming import RESIDENT_NUMBER_ALIASES

Resource = dict[str, Any]

TYPES = frozenset({"Patient", "RelatedPerson", "Person"})
"""Types of resources that say who somebody is."""

MARK = "sealed:"
_SEALED_PARAMETERS = {"identifier": "number", "phone": "phone", "telecom": "phone"}
_TELEPHONES = frozenset({"phone", "sms", "fax", "pager"})


def _places(resource: Resource) -> Iterator[tuple[dict[str, Any], str]]:
    """(element, purpose) of everything in the resource that is sealed; contacts of a Patient included."""
    for identifier in resource.get("identifier") or ():
        if identifier.get("system") in RESIDENT_NUMBER_ALIASES:
            yield identifier, "number"
    holders = [resource, *(resource.get("contact") or ())]
    for holder in holders:
        for point in holder.get("telecom") or ():
            if point.get("system") in _TELEPHONES:
                yield point, "phone"


def _changed(resource: Resource, change: Callable[[str, str], str]) -> Resource:
    """A copy with every sealed place changed; the resource itself where there is none. Other parts are shared."""
    if resource.get("resourceType") not in TYPES or next(_places(resource), None) is None:
        return resource
    copy = dict(resource)
    for name in ("identifier", "telecom"):
        if copy.get(name):
            copy[name] = [dict(element) for element in copy[name]]
    if copy.get("contact"):
        copy["contact"] = [
            {**contact, **({"telecom": [dict(p) for p in contact["telecom"]]} if contact.get("telecom") else {})}
            for contact in copy["contact"]
        ]
    for element, purpose in _places(copy):
        if isinstance(element.get("value"), str):
            element["value"] = change(element["value"], purpose)
    return copy


def sealed(resource: Resource, ring: KeyRing) -> Resource:
    """The resource as it is stored; what is sealed already stays as it is."""
    return _changed(resource, lambda text, purpose: text if text.startswith(MARK) else MARK + ring.seal(text, purpose))


def opened(resource: Resource, ring: KeyRing) -> Resource:
    """The resource as it was sent. Raises NotOpened when a value was altered or its key is gone."""
    return _changed(
        resource, lambda text, purpose: ring.open(text[len(MARK) :], purpose) if text.startswith(MARK) else text
    )


def found_by(resource: Resource, ring: KeyRing) -> Resource:
    """The resource as the search index reads it: blind indexes in the places that are sealed."""
    return _changed(opened(resource, ring), ring.index)


def forms_of_code(type_name: str, parameter: str, system: str | None, code: str) -> list[str]:
    """The codes that a search for this one asks the index for: the blind index where it may be a sealed value.

    Without a system an identifier may be a number or any other, so that both are asked for.
    """
    if type_name not in TYPES or parameter not in _SEALED_PARAMETERS:
        return [code]
    blind = ring().index(code, _SEALED_PARAMETERS[parameter])
    if parameter == "identifier" and system is not None:
        return [blind] if system in RESIDENT_NUMBER_ALIASES else [code]
    return [code, blind]


def text_at_rest(resource: Resource) -> str:
    """The JSON under which the store keeps the resource."""
    kept = sealed(resource, ring()) if resource.get("resourceType") in TYPES else resource
    return write_json(kept).decode()


def text_opened(type_name: str, text: str) -> str:
    """The JSON as it is sent, of what the store keeps."""
    if type_name not in TYPES or MARK not in text:
        return text
    return write_json(opened(read_json(text.encode()), ring())).decode()


def resource_opened(text: str) -> Resource:
    """The resource of what the store keeps."""
    resource = read_json(text.encode())
    return opened(resource, ring()) if MARK in text else resource


def masked(resource: Resource, ring: KeyRing, mask: Callable[[str, str], str]) -> Resource:
    """The resource for those who may see it but not who it is: mask(text, purpose) of every opened value."""
    return _changed(opened(resource, ring), mask)
