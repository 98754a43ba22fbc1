"""What changed between two versions of a form: items that came, went, or read otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from yigongti.foundation.errors import Text
from yigongti.kernel.forms.definition import FormVersion, Item, as_json

_ASPECTS: dict[str, Text] = {
    "type": Text("类型", "type"),
    "text": Text("文字", "text"),
    "help": Text("说明", "help"),
    "required": Text("必填", "required"),
    "repeats": Text("可重复", "repeats"),
    "minCount": Text("最少次数", "least"),
    "maxCount": Text("最多次数", "most"),
    "low": Text("下限", "lower bound"),
    "high": Text("上限", "upper bound"),
    "decimals": Text("小数位", "decimals"),
    "maxLength": Text("字数", "length"),
    "pattern": Text("格式", "pattern"),
    "patternWords": Text("格式说明", "pattern in words"),
    "options": Text("选项与分值", "options and scores"),
    "units": Text("单位", "units"),
    "enable": Text("显示条件", "condition"),
    "calculated": Text("计算式", "calculation"),
    "finding": Text("发现规则", "finding"),
}


@dataclass(frozen=True, slots=True)
class Changed:
    """One item that differs. kind: "added", "removed", "changed", "moved"; aspects: what of it reads otherwise."""

    id: str
    kind: str
    text: Text
    aspects: tuple[Text, ...] = ()


def changes(before: FormVersion, after: FormVersion) -> list[Changed]:
    """What `after` changes, in the order of the newer form; what went stands last."""
    old, new = _flat(before), _flat(after)
    places = {name: _place(before, name) for name in old}
    found: list[Changed] = []
    for item in after.every_item():
        if item.id not in old:
            found.append(Changed(item.id, "added", item.text))
            continue
        differing = [name for name in _ASPECTS if old[item.id].get(name) != new[item.id].get(name)]
        if differing:
            found.append(Changed(item.id, "changed", item.text, tuple(_ASPECTS[name] for name in differing)))
        elif places[item.id] != _place(after, item.id):
            found.append(Changed(item.id, "moved", item.text))
    return found + [Changed(item.id, "removed", item.text) for item in before.every_item() if item.id not in new]


def _flat(version: FormVersion) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}

    def walk(items: list[dict[str, Any]]) -> None:
        for item in items:
            found[item["id"]] = item
            walk(item.get("items", []))

    walk(as_json(version)["items"])
    return found


def _place(version: FormVersion, name: str) -> str:
    """The group that holds an item."""

    def inside(items: tuple[Item, ...], above: str) -> str | None:
        for item in items:
            if item.id == name:
                return above
            found = inside(item.items, item.id)
            if found is not None:
                return found
        return None

    return inside(version.items, "") or ""
