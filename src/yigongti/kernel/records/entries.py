"""The entries of a bundle as values: what each asks for, before anything is done."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from yigongti.kernel.records.definitions.public import SUPPORTED, read_json, validate
from yigongti.kernel.records.outcomes import Refused, invalid, not_supported

MOST_ENTRIES = 5000
METHODS = ("DELETE", "POST", "PUT", "PATCH", "GET", "HEAD")
GENERATED = frozenset({"Person"})
"""Types that the store makes itself; nobody writes them."""

Allow = Callable[[str, str], None]
"""(interaction, type) → raises NotPermitted if the caller's scopes do not allow it."""

Viewed = Callable[[int, str], None]
"""(resident, type): something of this resident's record is in the answer."""

_version = re.compile(r'(?:W/)?"(\d{1,9})"').fullmatch


@dataclass(slots=True)
class Entry:
    """One request: the verb, what it is about, and under which conditions.

    query: of a conditional interaction or a search. if_match: the version that must be the newest. full_url: what
    other entries call it. operations: the JSON Patch of a PATCH. references: all literal ones of the
    resource, as written.
    """

    place: str
    method: str
    type: str
    fhir_id: str = ""
    query: str = ""
    resource: dict[str, Any] | None = None
    full_url: str = ""
    if_match: int | None = None
    if_none_exist: str = ""
    if_none_match: str = ""
    url: str = ""
    operations: list[Any] | None = None
    references: list[str] = field(default_factory=list)

    @property
    def is_conditional(self) -> bool:
        return bool(self.if_none_exist) or (self.method in {"PUT", "PATCH", "DELETE"} and not self.fhir_id)

    @property
    def condition(self) -> list[tuple[str, str]]:
        """The query of a conditional interaction, decoded."""
        return parse_qsl(self.if_none_exist or self.query, keep_blank_values=True)


def read_version(text: str | None) -> int | None:
    """The version of an If-Match: W/"3" → 3; None for none given. Raises Refused for what is no version of ours."""
    if not text:
        return None
    match = _version(text.strip())
    if match is None:
        raise Refused(
            412, "conflict", zh='If-Match 应为版本号，如 W/"3"', en='If-Match is a version, such as W/"3"',
            where="If-Match",
        )  # fmt: skip
    return int(match[1])


def entries_of(bundle: Mapping[str, Any], base: str) -> list[Entry]:
    """The entries of a batch or transaction. base: our own base URL, which an entry's url may begin with."""
    entries = bundle.get("entry", [])
    if not isinstance(entries, list) or any(not isinstance(entry, dict) for entry in entries):
        raise Refused(400, "structure", zh="Bundle.entry 应为数组", en="Bundle.entry is an array", where="Bundle.entry")
    if len(entries) > MOST_ENTRIES:
        raise Refused(
            413, "too-long", zh=f"一个 Bundle 最多 {MOST_ENTRIES} 项", en=f"at most {MOST_ENTRIES} entries in a bundle"
        )
    return [_entry(entry, f"Bundle.entry[{place}]", base) for place, entry in enumerate(entries)]


def _entry(entry: Mapping[str, Any], place: str, base: str) -> Entry:
    request = entry.get("request")
    if not isinstance(request, dict) or request.get("method") not in METHODS or not isinstance(request.get("url"), str):
        raise Refused(
            400, "required", zh="该项缺少 request.method 或 request.url", en="request.method or request.url is missing",
            where=place,
        )  # fmt: skip
    method, url = request["method"], request["url"]
    path, _, query = url.removeprefix(base).lstrip("/").partition("?")
    parts = [unquote(part) for part in path.strip("/").split("/")]
    resource = entry.get("resource")
    texts = {name: request.get(name) for name in ("ifMatch", "ifNoneExist", "ifNoneMatch")}
    if any(value is not None and not isinstance(value, str) for value in texts.values()):
        raise Refused(400, "value", zh="request 的内容不正确", en="request holds a wrong value", where=place)
    found = Entry(
        place, method, parts[0], parts[1] if len(parts) > 1 else "", query,
        resource if isinstance(resource, dict) else None,
        entry["fullUrl"] if isinstance(entry.get("fullUrl"), str) else "",
        read_version(texts["ifMatch"]), (texts["ifNoneExist"] or "").lstrip("?"), texts["ifNoneMatch"] or "", url,
    )  # fmt: skip
    if method in {"POST", "PUT", "PATCH"} and found.resource is None:
        raise Refused(400, "required", zh="该项缺少 resource", en="the entry has no resource", where=place)
    if method == "PATCH":
        found.operations, found.resource = patch_of(found.resource or {}), None
    return found


def check(entry: Entry) -> None:
    """Raises Refused unless the entry's type is one that is written here and its resource is valid."""
    if entry.method in {"GET", "HEAD"}:
        return
    if entry.type not in SUPPORTED:
        raise not_supported(entry.type)
    if entry.type in GENERATED:
        raise Refused(
            405, "not-supported", zh=f"{entry.type} 由本系统生成，不能写入",
            en=f"{entry.type} is made by this system and cannot be written",
        )  # fmt: skip
    if entry.method in {"POST", "PUT"}:
        check_resource(entry.type, entry.fhir_id if entry.method == "PUT" else "", entry.resource or {})


def check_resource(type_name: str, fhir_id: str, resource: Mapping[str, Any]) -> None:
    """Raises Refused unless it is a valid resource of the type, with that id where one is given."""
    if resource.get("resourceType") != type_name:
        raise Refused(
            400, "invalid", zh=f"resourceType 应为 {type_name}", en=f"resourceType must be {type_name}",
            where=f"{type_name}.resourceType",
        )  # fmt: skip
    issues = validate(resource)
    if any(issue.severity == "error" for issue in issues):
        raise invalid(issues)
    if fhir_id and resource.get("id") != fhir_id:
        raise Refused(
            400, "invalid", zh="资源的 id 与地址不一致", en="the resource's id is not that of the address",
            where=f"{type_name}.id",
        )  # fmt: skip


def patch_of(resource: Mapping[str, Any]) -> list[Any]:
    """The JSON Patch of a bundle's entry: a Binary with its text in base64. Raises Refused if it is none."""
    try:
        data = base64.b64decode(resource.get("data", ""), validate=True)
        operations = read_patch(data)
    except (binascii.Error, ValueError, TypeError) as error:
        raise Refused(400, "invalid", zh="补丁不是 base64 的 JSON", en="the patch is no JSON in base64") from error
    return operations


def read_patch(data: bytes) -> list[Any]:
    """The operations of a JSON Patch (UTF-8). Raises InvalidInput or Refused if it is none."""
    operations = read_json(b'{"patch":' + data + b"}")["patch"]
    if not isinstance(operations, list):
        raise Refused(400, "invalid", zh="补丁应为数组", en="a patch is an array")
    return operations
