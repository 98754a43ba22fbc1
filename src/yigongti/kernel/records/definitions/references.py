"""References between resources: what one looks like, what it points at, and how to replace those of a bundle.

A literal reference is relative ("Patient/17"), absolute ("https://…/Patient/17", "urn:uuid:…"), local ("#p1", a
contained resource) or conditional ("Patient?identifier=…", answered by the store while a bundle goes in).
Source: http://hl7.org/fhir/R4/references.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from yigongti.kernel.records.definitions.structure import RESOURCE_TYPES

_relative = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?").fullmatch
_ends_as_rest = re.compile(
    r"https?://.*/([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?"
).fullmatch
_conditional = re.compile(r"([A-Z][A-Za-z]+)\?\S+=\S+").fullmatch
_absolute = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+").fullmatch

# elements of type url or uri that may name an entry of the bundle beside Reference.reference (http.html#trules)
_URL_NAMES = frozenset({"reference", "url", "valueUri", "valueUrl"})


class Target(NamedTuple):
    """What a reference points at. type: empty when it cannot be told. id: only of a relative reference.

    url: only of an absolute one. local: the id of a contained resource. condition: the query of a conditional one.
    """

    type: str = ""
    id: str = ""
    url: str = ""
    local: str = ""
    condition: str = ""


def split_reference(text: str) -> Target | None:
    """The parts of a literal reference, or nothing if the text is none."""
    match = _relative(text)
    if match is not None:
        return Target(type=match.group(1), id=match.group(2)) if match.group(1) in RESOURCE_TYPES else None
    if text.startswith("#"):
        return Target(local=text[1:])
    if _absolute(text) is not None:
        rest = _ends_as_rest(text)
        kind = rest.group(1) if rest is not None and rest.group(1) in RESOURCE_TYPES else ""
        return Target(type=kind, url=text)
    match = _conditional(text)
    if match is not None and match.group(1) in RESOURCE_TYPES:
        return Target(type=match.group(1), condition=text.partition("?")[2])
    return None


def references_in(resource: Mapping[str, Any]) -> list[str]:
    """Every literal reference in a resource, as written, each once, in order; contained resources are included."""
    return list(dict.fromkeys(_references(resource)))


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for name, child in node.items():
            if type(child) is str:
                if name == "reference":
                    yield child
            elif type(child) is dict or type(child) is list:
                yield from _references(child)
    elif isinstance(node, list):
        for child in node:
            if type(child) is dict or type(child) is list:
                yield from _references(child)


def rewritten(resource: Mapping[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    """The resource with every reference that is a key of the mapping replaced; what has none is shared, not copied.

    Replaced are Reference.reference, and url and uri values (Attachment.url, valueUri, valueUrl) that equal a key.
    Narratives are left as they are. A key may be a `urn:uuid:`, a relative, absolute or conditional reference.
    """
    changed = _rewritten(resource, mapping)
    return changed if changed is not None else dict(resource)


def _rewritten(node: Any, mapping: Mapping[str, str]) -> Any:
    """The changed copy of a node, or None if nothing in it changes."""
    copy: Any = None
    if isinstance(node, dict):
        for name, child in node.items():
            if type(child) is str:
                changed: Any = mapping.get(child) if name in _URL_NAMES else None
            elif type(child) is dict or type(child) is list:
                changed = _rewritten(child, mapping)
            else:
                continue
            if changed is not None:
                copy = dict(node) if copy is None else copy
                copy[name] = changed
    elif isinstance(node, list):
        for place, child in enumerate(node):
            if type(child) is dict or type(child) is list:
                changed = _rewritten(child, mapping)
                if changed is not None:
                    copy = list(node) if copy is None else copy
                    copy[place] = changed
    return copy
