"""What all files of measures are read with: keys, texts, words, numbers and days; each mistake with its place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from yigongti.foundation.errors import PolicyError, Text

_E = TypeVar("_E", bound=StrEnum)


def wrong(what: str, zh: str, en: str, where: str) -> PolicyError:
    """The error that every mistake in a file of measures becomes; `what` is the end of its code."""
    return PolicyError(f"measures.{what}", zh=zh, en=en, where=where)


def mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise wrong("not_a_mapping", "这里应是键值表", "this must be a mapping", where)
    return value


def keyed(value: Any, needed: Collection[str], allowed: Collection[str], where: str) -> Mapping[str, Any]:
    """A mapping with all keys that are needed and none that is not known."""
    entry = mapping(value, where)
    missing = [key for key in needed if entry.get(key) in (None, "")]
    unknown = sorted(set(entry) - set(needed) - set(allowed))
    if missing or unknown:
        raise wrong(
            "keys", f"缺少 {missing}，或多出不认识的 {unknown}", f"lacks {missing} or has unknown {unknown}", where
        )
    return entry


def text(value: Any, key: str, where: str) -> Text:
    """Words in both languages."""
    if not isinstance(value, Mapping) or not value.get("zh") or not value.get("en") or set(value) != {"zh", "en"}:
        raise wrong("text_incomplete", f"{key} 须写明 zh 与 en", f"{key} needs zh and en", where)
    return Text(zh=str(value["zh"]), en=str(value["en"]))


def word(value: Any, key: str, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise wrong("not_a_word", f"{key} 应是一个词", f"{key} must be a word", where)
    return value.strip()


def words(value: Any, key: str, where: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise wrong("not_a_list", f"{key} 须是列表", f"{key} must be a list", where)
    return tuple(word(each, key, where) for each in value)


def one_of(value: Any, allowed: Collection[str], key: str, where: str) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise wrong(
            "value_not_allowed",
            f"{key} 只能是 {'、'.join(allowed)}，不能是“{value}”",
            f"{key} can be {', '.join(allowed)}, not “{value}”",
            where,
        )
    return value


def each_of(value: Any, kind: type[_E], key: str, where: str) -> tuple[_E, ...]:
    """A list of words of an enumeration, not empty."""
    found = tuple(kind(one_of(each, [str(k) for k in kind], key, where)) for each in words(value, key, where))
    if not found:
        raise wrong("list_empty", f"{key} 不能为空", f"{key} must not be empty", where)
    return found


def number(value: Any, key: str, where: str) -> Decimal:
    try:
        found = Decimal(value) if isinstance(value, str) else Decimal("NaN")
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise wrong("not_a_number", f"{key} 应为数字，实为“{value}”", f"{key} must be a number, not “{value}”", where)
    return found


def whole(value: Any, key: str, where: str) -> int:
    found = number(value, key, where)
    if found != found.to_integral_value() or found < 0:
        raise wrong("not_whole", f"{key} 应为非负整数", f"{key} must be a whole number, not negative", where)
    return int(found)


def day(value: Any, key: str, where: str) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise wrong(
            "day_not_readable",
            f"{key}：“{value}”不是日期，请写成 2026-01-31",
            f"{key}: “{value}” is not a day; write 2026-01-31",
            where,
        ) from error


def yes(value: Any, key: str, where: str) -> bool:
    return one_of(value, ("true", "false"), key, where) == "true"


def cited(value: Any, sources: Collection[str], where: str) -> str:
    """A source that policy/sources has."""
    source = word(value, "source", where)
    if source not in sources:
        raise wrong(
            "source_unknown",
            f"policy/sources 中没有来源 {source}",
            f"there is no source {source} in policy/sources",
            where,
        )
    return source
