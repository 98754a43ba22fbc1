"""JSON Patch (RFC 6902) on a resource. The resource given is left as it is; either all operations hold or none.

Not to be changed by a patch: resourceType, id, and the version and time in meta, which are the store's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from yigongti.foundation.errors import Conflict, InvalidInput
from yigongti.kernel.records.definitions.json_text import DEEPEST

MOST_OPERATIONS = 1000
MOST_COPIED = 100_000  # values that all copies together may add: a document doubled thirty times fills any memory
_PROTECTED = ("/resourceType", "/id", "/meta/versionId", "/meta/lastUpdated")
_NEEDS = {"add": "value", "replace": "value", "test": "value", "move": "from", "copy": "from", "remove": None}
_NOTHING = object()


def patched(resource: Mapping[str, Any], operations: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The resource after the operations, in their order.

    Raises InvalidInput: an operation that is none, a path that leads nowhere, a protected element, more than 1,000
    operations. Raises Conflict: a `test` that does not hold.
    """
    if not isinstance(operations, list | tuple) or len(operations) > MOST_OPERATIONS:
        raise _refused(
            f"补丁应为数组，至多 {MOST_OPERATIONS} 个操作",
            f"A patch is an array of at most {MOST_OPERATIONS} operations",
        )
    before = {path: _get(resource, path) for path in _PROTECTED}
    document: Any = deepcopy(dict(resource))
    copied = 0
    for place, operation in enumerate(operations):
        where = f"[{place}]"
        document, added = _apply(document, operation, where)
        copied += added
        if copied > MOST_COPIED:
            raise _refused("补丁复制的内容过多", "The patch copies too much", where)
    if not isinstance(document, dict):
        raise _refused("补丁之后不再是一个资源", "After the patch this is no resource")
    for path, value in before.items():
        if _get(document, path) != value:
            raise _refused(f"{path} 不能用补丁修改", f"{path} cannot be changed by a patch", path)
    return document


def _apply(document: Any, operation: Any, where: str) -> tuple[Any, int]:
    """The document after one operation, and how many values it copied."""
    kind = operation.get("op") if isinstance(operation, Mapping) else None
    if not isinstance(kind, str) or kind not in _NEEDS or not isinstance(operation.get("path"), str):
        raise _refused("补丁操作不合法", "This is no patch operation", where)
    need = _NEEDS[kind]
    if need is not None and need not in operation:
        raise _refused(f"操作 {kind} 缺少 {need}", f"The operation {kind} lacks {need}", where)
    path = _pointer(operation["path"], where)
    if kind == "test":
        if not _same(_find(document, path, where), operation["value"]):
            raise _test_failed(operation["path"], where)
        return document, 0
    if kind == "remove":
        return _remove(document, path, where), 0
    if kind == "replace":
        _find(document, path, where)
        return _replace(document, path, _fitting(operation["value"], path, where)[0], where), 0
    if kind == "add":
        return _add(document, path, _fitting(operation["value"], path, where)[0], where), 0
    source = _pointer(operation["from"], where)
    value, size = _fitting(_find(document, source, where), path, where)
    if kind == "copy":
        return _add(document, path, value, where), size
    if len(path) > len(source) and path[: len(source)] == source:
        raise _refused("不能移到自身之内", "Nothing can be moved into itself", where)
    return _add(_remove(document, source, where), path, value, where), 0


def _fitting(value: Any, path: list[str], where: str) -> tuple[Any, int]:
    """A copy of a value that is to stand at a path, and its size; refused if it would be nested too deep there."""
    size, level = 0, [value]
    for _ in range(DEEPEST - len(path)):
        size += len(level)
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return deepcopy(value), size
        if size > MOST_COPIED:
            break
    raise _refused("嵌套过深或内容过多", "Nested too deep, or too much", where)


def _replace(document: Any, path: list[str], value: Any, where: str) -> Any:
    if not path:
        return value
    parent = _find(document, path[:-1], where)
    parent[_place(parent, path[-1], where) if isinstance(parent, list) else path[-1]] = value
    return document


def _test_failed(path: str, where: str) -> Conflict:
    return Conflict(
        "records.patch_test_failed",
        zh=f"{path} 的现值与预期不符",
        en=f"{path} does not have the expected value",
        where=where,
    )


def _pointer(text: Any, where: str) -> list[str]:
    if not isinstance(text, str) or (text and not text.startswith("/")):
        raise _refused("路径应以“/”开头", "A path begins with “/”", where)
    return [step.replace("~1", "/").replace("~0", "~") for step in text.split("/")[1:]]


def _place(items: list[Any], step: str, where: str, *, end: bool = False) -> int:
    if end and step == "-":
        return len(items)
    plain = step.isascii() and step.isdigit() and (step == "0" or not step.startswith("0"))
    if not plain or len(step) > 9 or int(step) >= len(items) + end:
        raise _nowhere(step, where)
    return int(step)


def _find(document: Any, path: Sequence[str], where: str) -> Any:
    for step in path:
        if isinstance(document, list):
            document = document[_place(document, step, where)]
        elif isinstance(document, dict) and step in document:
            document = document[step]
        else:
            raise _nowhere(step, where)
    return document


def _add(document: Any, path: list[str], value: Any, where: str) -> Any:
    if not path:
        return value
    parent = _find(document, path[:-1], where)
    if isinstance(parent, list):
        parent.insert(_place(parent, path[-1], where, end=True), value)
    elif isinstance(parent, dict):
        parent[path[-1]] = value
    else:
        raise _nowhere(path[-1], where)
    return document


def _remove(document: Any, path: list[str], where: str) -> Any:
    _find(document, path, where)
    if not path:
        raise _refused("不能删除整个资源", "The whole resource cannot be removed by a patch", where)
    parent = _find(document, path[:-1], where)
    del parent[_place(parent, path[-1], where) if isinstance(parent, list) else path[-1]]
    return document


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON: true is not 1, 1.0 is 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(child, other[name]) for name, child in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _get(document: Any, path: str) -> Any:
    for step in path.split("/")[1:]:
        document = document.get(step, _NOTHING) if isinstance(document, Mapping) else _NOTHING
    return document


def _nowhere(step: str, where: str) -> InvalidInput:
    return _refused(f"路径中的“{step[:80]}”不存在", f"“{step[:80]}” in the path does not exist", where)


def _refused(zh: str, en: str, where: str = "") -> InvalidInput:
    return InvalidInput("records.bad_patch", zh=zh, en=en, where=where)
