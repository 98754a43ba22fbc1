"""Identity numbers and telephones inside resources are sealed at rest, like those of the master index.

Stored, the value of such an identifier or contact point is "sealed:" and the sealed text; whoever may see the resource
gets it opened, or masked (people/masking.py). The search index holds the blind index instead of the value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from yigongti.kernel.people.sealing import KeyRing
from yigongti.kernel.records.naming import RESIDENT_NUMBER_ALIASES

Resource = dict[str, Any]

TYPES = frozenset({"Patient", "RelatedPerson", "Person"})
"""Types of resources that say who somebody is."""

MARK = "sealed:"
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


def masked(resource: Resource, ring: KeyRing, mask: Callable[[str, str], str]) -> Resource:
    """The resource for those who may see it but not who it is: mask(text, purpose) of every opened value."""
    return _changed(opened(resource, ring), mask)
