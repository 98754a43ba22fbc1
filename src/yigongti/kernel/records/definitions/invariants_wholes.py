"""The rules of R4 for what is made of many parts: questionnaires and bundles. Keys and sense as in R4 4.0.1."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Value = dict[str, Any]

_WITH_OPTIONS = {"choice", "open-choice", "decimal", "integer", "date", "dateTime", "time", "string", "quantity"}
_WITH_LENGTH = {"boolean", "decimal", "integer", "string", "text", "url", "open-choice"}
_ASKED = {"batch", "transaction", "history"}
_ANSWERED = {"batch-response", "transaction-response", "history"}


def _link_ids(items: list[Value]) -> Iterator[str]:
    for item in items:
        yield item.get("linkId", "")
        yield from _link_ids(item.get("item", []))


def _distinct_link_ids(value: Value) -> bool:
    ids = list(_link_ids(value.get("item", [])))
    return len(ids) == len(set(ids))


def _absent_for(kinds: set[str], *names: str) -> Callable[[Value], bool]:
    """Items of these kinds have none of the elements."""
    return lambda item: item.get("type") not in kinds or not any(name in item for name in names)


def _only_for(kinds: set[str], *names: str) -> Callable[[Value], bool]:
    """Only items of these kinds have the elements."""
    return lambda item: item.get("type") in kinds or not any(name in item for name in names)


def _group_and_display(item: Value) -> bool:
    if item.get("type") == "group":
        return "item" in item
    return item.get("type") != "display" or "item" not in item


def _exists_asks_yes_or_no(condition: Value) -> bool:
    return condition.get("operator") != "exists" or "answerBoolean" in condition


def _entries(bundle: Value) -> list[Value]:
    return list(bundle.get("entry", ()))


def _every_entry(name: str, kinds: set[str]) -> Callable[[Value], bool]:
    """Every entry has the element in bundles of these types, and none in others."""
    return lambda v: all((name in entry) == (v.get("type") in kinds) for entry in _entries(v))


def _distinct_urls(bundle: Value) -> bool:
    if bundle.get("type") == "history":
        return True
    named = [
        (entry["fullUrl"], entry.get("resource", {}).get("meta", {}).get("versionId"))
        for entry in _entries(bundle)
        if "fullUrl" in entry
    ]
    return len(named) == len(set(named))


def _begins_with(bundle_type: str, resource_type: str) -> Callable[[Value], bool]:
    def holds(bundle: Value) -> bool:
        if bundle.get("type") != bundle_type:
            return True
        first: Value = next(iter(_entries(bundle)), {})
        return bool(first.get("resource", {}).get("resourceType") == resource_type)

    return holds


def _is_document(value: Value) -> bool:
    return value.get("type") == "document"


def _identified(bundle: Value) -> bool:
    identifier = bundle.get("identifier", {})
    return not _is_document(bundle) or ("system" in identifier and "value" in identifier)


WHOLES: dict[str, Callable[[Value], bool]] = {
    "que-1": _group_and_display,
    "que-2": _distinct_link_ids,
    "que-3": _absent_for({"display"}, "code"),
    "que-4": lambda item: not ("answerOption" in item and "answerValueSet" in item),
    "que-5": _only_for(_WITH_OPTIONS, "answerOption", "answerValueSet"),
    "que-6": _absent_for({"display"}, "required", "repeats"),
    "que-7": _exists_asks_yes_or_no,
    "que-8": _absent_for({"group", "display"}, "initial"),
    "que-9": _absent_for({"display"}, "readOnly"),
    "que-10": _only_for(_WITH_LENGTH, "maxLength"),
    "que-11": lambda item: not ("answerOption" in item and "initial" in item),
    "que-12": lambda item: len(item.get("enableWhen", ())) <= 2 or "enableBehavior" in item,
    "que-13": lambda item: item.get("repeats") is True or len(item.get("initial", ())) <= 1,
    "bdl-1": lambda v: "total" not in v or v.get("type") in {"searchset", "history"},
    "bdl-2": lambda v: v.get("type") == "searchset" or not any("search" in entry for entry in _entries(v)),
    "bdl-3": _every_entry("request", _ASKED),
    "bdl-4": _every_entry("response", _ANSWERED),
    "bdl-5": lambda entry: any(name in entry for name in ("resource", "request", "response")),
    "bdl-7": _distinct_urls,
    "bdl-8": lambda entry: "/_history/" not in entry.get("fullUrl", ""),
    "bdl-9": _identified,
    "bdl-10": lambda v: not _is_document(v) or "timestamp" in v,
    "bdl-11": _begins_with("document", "Composition"),
    "bdl-12": _begins_with("message", "MessageHeader"),
}
