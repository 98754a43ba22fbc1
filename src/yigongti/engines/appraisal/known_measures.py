"""What a card must know of the measures that it names, read from the files of policy/measures.

Only names, directions and what a measure counts: how it is computed is another engine's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from yigongti.foundation.policy import Policy

MEASURES_FOLDER = "measures"
_ADDED = ("numerator", "of", "count", "plus", "item")  # where a formula names what it adds up


@dataclass(frozen=True, slots=True)
class KnownMeasure:
    """A measure by name. texts: its id and labels; with those of what it adds up, they say of what income it is.
    periods, grain: for what it may be computed, empty where the file does not say."""

    id: str
    texts: tuple[str, ...]
    periods: tuple[str, ...] = ()
    grain: tuple[str, ...] = ()


def known_measures(policy: Policy) -> dict[str, KnownMeasure]:
    """The measures of the policy in force, by id."""
    labels = dict(_count_labels(policy))
    found = {}
    for document in policy.documents(MEASURES_FOLDER):
        data = document.data
        if not isinstance(data, Mapping) or "versions" not in data or "id" not in data:
            continue
        added = sorted({name for version in data["versions"] for name in _added(version)})
        texts = [str(data["id"]), *_labels(data.get("label")), *added]
        for name in added:
            texts += labels.get(name, ())
        found[str(data["id"])] = KnownMeasure(
            str(data["id"]),
            tuple(texts),
            tuple(str(each) for each in data.get("periods", ())),
            tuple(str(each) for each in data.get("grain", ())),
        )
    return found


def _count_labels(policy: Policy) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every named amount in the files of counts, with its labels, whatever the shape of the file."""
    for document in policy.documents(f"{MEASURES_FOLDER}/counts"):
        yield from _named(document.data)


def _named(data: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(data, Mapping):
        for name, inner in data.items():
            if isinstance(inner, Mapping) and "label" in inner:
                yield str(name), tuple(_labels(inner["label"]))
            yield from _named(inner)
    elif isinstance(data, list):
        for inner in data:
            if isinstance(inner, Mapping) and "label" in inner and ("id" in inner or "name" in inner):
                yield str(inner.get("id", inner.get("name"))), tuple(_labels(inner["label"]))
            yield from _named(inner)


def _labels(label: Any) -> list[str]:
    return [str(text) for text in label.values()] if isinstance(label, Mapping) else []


def _added(version: Any) -> Iterator[str]:
    """The names of counts and items that a formula adds up; not those below the line, not those taken away."""
    if isinstance(version, str):
        yield version
    elif isinstance(version, list):
        for each in version:
            yield from _added(each)
    elif isinstance(version, Mapping):
        for key, inner in version.items():
            if key in _ADDED or (key not in ("denominator", "minus") and isinstance(inner, Mapping)):
                yield from _added(inner)
