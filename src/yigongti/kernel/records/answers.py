"""What the store answers: a resource as it asks to be shown, bundles of results and of responses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec

from yigongti.kernel.records.definitions.public import Search, elements_of, parse_search, summary_of
from yigongti.kernel.records.stored import Stored, instant


def shown(stored: Stored, search: Search | None = None, *, as_text: bool = False) -> Any:
    """The resource, cut as `_summary` and `_elements` ask. as_text: uncut, as JSON ready to be sent (msgspec.Raw)."""
    whole = search is None or (not search.elements and search.summary in {"false", "count"})
    if whole and as_text:
        return msgspec.Raw((stored.body or "{}").encode())
    resource = stored.resource
    if search is None or whole:
        return resource
    if search.elements:
        return elements_of(resource, search.elements)
    return summary_of(resource, search.summary)


def partly(stored: Stored, query: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """One resource, cut as the `_summary` and `_elements` of a read ask."""
    asked = [(name, value) for name, value in query if name in {"_summary", "_elements"}]
    resource: dict[str, Any] = shown(stored, parse_search(stored.type, asked))
    return resource


def entry_of(
    stored: Stored, base: str, mode: str, search: Search | None = None, *, as_text: bool = False
) -> dict[str, Any]:
    """An entry of a bundle of results. mode: match, include or outcome."""
    return {
        "fullUrl": f"{base}/{stored.reference}",
        "resource": shown(stored, search, as_text=as_text),
        "search": {"mode": mode},
    }


def links(base: str, path: str, query: Sequence[tuple[str, str]], next_page: str) -> list[dict[str, str]]:
    """The addresses of this page and the next. query: as asked, without a page."""

    def address(parameters: Sequence[tuple[str, str]]) -> str:
        return f"{base}/{path}" + (f"?{urlencode(parameters)}" if parameters else "")

    asked = [(name, value) for name, value in query if name != "_page"]
    found = [{"relation": "self", "url": address(query)}]
    if next_page:
        found.append({"relation": "next", "url": address([*asked, ("_page", next_page)])})
    return found


def bundle(kind: str, entries: Iterable[dict[str, Any]], **rest: Any) -> dict[str, Any]:
    """A Bundle; an empty list of entries is left out, as R4 asks."""
    made: dict[str, Any] = {"resourceType": "Bundle", "type": kind, **rest}
    listed = list(entries)
    if listed:
        made["entry"] = listed
    return made


def history_entry(stored: Stored, base: str) -> dict[str, Any]:
    """One version in a bundle of history."""
    method = "DELETE" if stored.deleted else "POST" if stored.version == 1 else "PUT"
    url = stored.type if method == "POST" else stored.reference
    status = {"DELETE": "204", "POST": "201", "PUT": "200"}[method]
    made: dict[str, Any] = {"fullUrl": f"{base}/{stored.reference}"}
    if not stored.deleted:
        made["resource"] = stored.resource
    made["request"] = {"method": method, "url": url}
    made["response"] = {"status": status, "etag": stored.etag, "lastModified": instant(stored.updated_at)}
    return made
