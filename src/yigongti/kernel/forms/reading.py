"""Reading a form file whole: from YAML to a `Form`, or one sentence that says what is wrong and where.

Every mistake that would show only in a village courtyard is refused here: a link to an item that is not there, a score
over something that has none, a text in one language, a circle of conditions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from yigongti.foundation.errors import PolicyError, Text
from yigongti.foundation.policy import Document
from yigongti.kernel.forms.checking import check_version, wrong
from yigongti.kernel.forms.definition import CHOICES, TYPES, Form, FormVersion, Item, Option, Unit
from yigongti.kernel.forms.expressions import read_expression
from yigongti.kernel.forms.reading_rules import decimal_or_none, read_finding, read_when, text_of, whole

LINK_ID = re.compile(r"^[a-z][a-z0-9_]{0,47}$")
MOST_ANSWERS = 200

_KEYS = frozenset({
    "id", "type", "text", "help", "required", "repeats", "min", "max", "decimals", "max_length", "pattern",
    "pattern_words", "options", "unit", "units", "enable_when", "calculated", "finding", "items",
})  # fmt: skip


def read_form(document: Document) -> Form:
    """A form from its file. Raises PolicyError naming the item and what is wrong with it."""
    data, path = document.data, document.path
    if not isinstance(data, Mapping):
        raise wrong(path, "", "文件是空的", "the file is empty")
    form_id = str(data.get("id", ""))
    if form_id != path.rpartition("/")[2].removesuffix(".yaml") or not LINK_ID.match(form_id):
        raise wrong(
            path, "", "id 应与文件名一致，用小写字母、数字和下划线", "the id must be the file's name, in lower case"
        )
    versions = data.get("versions")
    if not isinstance(versions, list) or not versions:
        raise wrong(path, "", "至少要有一个版本", "at least one version is needed")
    read = tuple(_version(form_id, data, version, path) for version in versions)
    days = [version.from_on for version in read]
    if days != sorted(set(days)):
        raise wrong(path, "", "各版本的生效日期应依次递增", "the versions' first days must increase without repeating")
    return Form(form_id, text_of(data.get("label"), path, "label"), str(data.get("why") or ""), read, path)


def _version(form_id: str, data: Mapping[str, Any], told: Any, path: str) -> FormVersion:
    if not isinstance(told, Mapping):
        raise wrong(path, "versions", "版本应有 from、source 与 items", "a version needs from, source and items")
    try:
        from_on = date.fromisoformat(str(told.get("from", "")))
    except ValueError:
        raise wrong(path, "from", "生效日期应写成 2026-01-31", "write the first day as 2026-01-31") from None
    if not told.get("source"):
        raise wrong(path, str(from_on), "每个版本都要写明来源", "every version needs its source")
    sets = {str(name): _options(options, path, str(name)) for name, options in (told.get("option_sets") or {}).items()}
    items = tuple(_items(told.get("items"), sets, path, "items"))
    title = text_of(told.get("title") or data.get("label"), path, "title")
    description = text_of(told["description"], path, "description") if told.get("description") else None
    by_id = {}
    for item in (inner for outer in items for inner in outer.inside()):
        if item.id in by_id:
            raise wrong(path, item.id, "同一个 id 出现两次", "the same id stands twice")
        by_id[item.id] = item
    version = FormVersion(
        form_id, from_on, str(told["source"]), title, description, items, str(told.get("score") or ""), by_id
    )
    check_version(version, path)
    return version


def _items(told: Any, sets: Mapping[str, tuple[Option, ...]], path: str, where: str) -> list[Item]:
    if not isinstance(told, list) or not told:
        raise wrong(path, where, "至少要有一项", "at least one item is needed")
    found: list[Item] = []
    for data in told:
        item = _item(data, sets, path, where)
        found.append(item)
        found += _told_about(item)
    return found


def _told_about(item: Item) -> list[Item]:
    """The items that a finding brings along: a note and photographs, asked for when there is a finding."""
    rule, made = item.finding, []
    if rule and rule.note:
        made.append(
            Item(rule.note, "text", Text("说明", "What was found"), max_length=500, enable=rule.when),
        )
    if rule and rule.photographs:
        made.append(
            Item(
                rule.photographs, "attachment", Text("现场照片", "Photographs"), enable=rule.when, repeats=True,
                max_count=3,
            )
        )  # fmt: skip
    return made


def _item(data: Any, sets: Mapping[str, tuple[Option, ...]], path: str, where: str) -> Item:
    if not isinstance(data, Mapping):
        raise wrong(path, where, "每一项都应有 id、type 与 text", "every item needs id, type and text")
    item_id = str(data.get("id", ""))
    if not LINK_ID.match(item_id):
        raise wrong(path, f"{where} {item_id}", "id 用小写字母开头，只含字母、数字和下划线", "an id is lower case")
    unknown = set(data) - _KEYS
    if unknown:
        raise wrong(path, item_id, f"不认识的键 {sorted(unknown)}", f"unknown keys {sorted(unknown)}")
    kind = str(data.get("type", ""))
    if kind not in TYPES:
        raise wrong(path, item_id, f"不认识的类型“{kind}”", f"unknown type “{kind}”")
    repeats, low_count, high_count = _repeats(data, kind, path, item_id)
    units = [data["unit"]] if "unit" in data else data.get("units") or []
    try:
        calculated = read_expression(data["calculated"]) if "calculated" in data else None
    except ValueError as error:
        raise wrong(path, item_id, f"计算式有误：{error}", f"the calculation is wrong: {error}") from None
    return Item(
        id=item_id,
        type=kind,
        text=text_of(data.get("text"), path, item_id),
        help=text_of(data["help"], path, f"{item_id}.help") if "help" in data else None,
        required=_flag(data.get("required"), path, item_id),
        repeats=repeats,
        min_count=low_count,
        max_count=high_count,
        low=str(data.get("min", "")),
        high=str(data.get("max", "")),
        decimals=whole(data.get("decimals", "0"), path, item_id, most=6),
        max_length=whole(data.get("max_length", "2000" if kind == "text" else "200"), path, item_id, most=20_000),
        pattern=_pattern(data.get("pattern"), path, item_id),
        pattern_words=text_of(data["pattern_words"], path, item_id) if "pattern_words" in data else None,
        options=_chosen(data.get("options"), sets, kind, path, item_id),
        units=tuple(Unit(str(unit.get("code", "")), text_of(unit, path, f"{item_id}.unit")) for unit in units),
        enable=read_when(data["enable_when"], item_id, path) if "enable_when" in data else None,
        calculated=calculated,
        finding=read_finding(data["finding"], item_id, path) if "finding" in data else None,
        items=tuple(_items(data["items"], sets, path, item_id)) if kind == "group" else (),
    )


def _repeats(data: Mapping[str, Any], kind: str, path: str, item_id: str) -> tuple[bool, int, int]:
    told = data.get("repeats")
    if told is None:
        return False, 0, 1
    if not isinstance(told, Mapping) or not set(told) <= {"min", "max"}:
        raise wrong(path, item_id, "repeats 应写明 min 与 max", "repeats says min and max")
    least = whole(told.get("min", "0"), path, item_id, most=MOST_ANSWERS)
    most = whole(told.get("max", "20"), path, item_id, most=MOST_ANSWERS)
    if most < max(least, 1) or kind == "display":
        raise wrong(path, item_id, "repeats 的 max 不得小于 min", "the most of repeats must not be below the least")
    return True, least, most


def _flag(told: Any, path: str, item_id: str) -> bool:
    if told is None:
        return False
    if told not in ("yes", "no"):
        raise wrong(path, item_id, "required 应写 yes 或 no", "required is yes or no")
    return bool(told == "yes")


def _pattern(told: Any, path: str, item_id: str) -> str:
    if told is None:
        return ""
    if not isinstance(told, str) or not re.fullmatch(r"[\w\s\[\]{}(),.?*+^$|\\/:@-]+", told) or "(?" in told:
        raise wrong(path, item_id, "pattern 只能用各处通用的写法", "a pattern uses only what is the same everywhere")
    try:
        re.compile(told)
    except re.error as error:
        raise wrong(path, item_id, f"pattern 有误：{error}", f"the pattern is wrong: {error}") from None
    return told


def _chosen(
    told: Any, sets: Mapping[str, tuple[Option, ...]], kind: str, path: str, item_id: str
) -> tuple[Option, ...]:
    if kind not in CHOICES:
        if told is not None:
            raise wrong(path, item_id, "只有选择题才有选项", "only a choice has options")
        return ()
    if isinstance(told, str):
        if told not in sets:
            raise wrong(path, item_id, f"没有名为 {told} 的选项组", f"there is no set of options named {told}")
        return sets[told]
    return _options(told, path, item_id)


def _options(told: Any, path: str, where: str) -> tuple[Option, ...]:
    if not isinstance(told, list) or not told or not all(isinstance(option, Mapping) for option in told):
        raise wrong(path, where, "选择题要有选项", "a choice needs options")
    found = []
    for option in told:
        code = str(option.get("code", ""))
        if not re.fullmatch(r"[A-Za-z0-9_.-]{1,40}", code) or code in [other.code for other in found]:
            raise wrong(path, f"{where} {code}", "选项代码缺失或重复", "an option's code is missing or stands twice")
        score = decimal_or_none(option.get("score"), path, f"{where} {code}")
        found.append(Option(code, text_of(option, path, f"{where} {code}"), score))
    return tuple(found)


__all__ = ["PolicyError", "read_form"]
