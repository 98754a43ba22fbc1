"""Readers of the small things in a card's file, each refusing what it cannot be: texts, numbers, days, mappings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from yigongti.engines.appraisal.definitions import Range
from yigongti.foundation.errors import PolicyError, Text

Named = TypeVar("Named", bound=StrEnum)
MOST = Decimal(10**8)


def wrong(code: str, zh: str, en: str, where: str) -> PolicyError:
    """The error of a card: code without the engine's name."""
    return PolicyError(f"appraisal.{code}", zh=zh, en=en, where=where)


def mapping(value: Any, where: str, needed: Collection[str], allowed: Collection[str] = ()) -> Mapping[str, Any]:
    """A mapping with all the needed keys and no others than these and the allowed."""
    if not isinstance(value, Mapping):
        raise wrong("not_a_mapping", "此处须是键值表", "this must be a mapping", where)
    missing = [key for key in needed if key not in value]
    unknown = sorted(set(value) - set(needed) - set(allowed))
    if missing or unknown:
        raise wrong(
            "keys_wrong",
            f"缺少 {'、'.join(missing) or '无'}；多出 {'、'.join(unknown) or '无'}",
            f"lacks {', '.join(missing) or 'nothing'}; has unknown {', '.join(unknown) or 'nothing'}",
            where,
        )
    return value


def sequence(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise wrong("not_a_list", "此处须是列表", "this must be a list", where)
    return value


def text(value: Any, where: str) -> Text:
    if not isinstance(value, Mapping) or set(value) != {"zh", "en"} or not all(value.values()):
        raise wrong("text_incomplete", "须写明 zh 与 en", "zh and en are both needed", where)
    return Text(zh=str(value["zh"]), en=str(value["en"]))


def number(value: Any, where: str, *, least: Decimal | None = None, most: Decimal = MOST) -> Decimal:
    """A number with at most four decimals."""
    try:
        found = Decimal(value) if isinstance(value, str) else Decimal("NaN")
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) >= MOST or found != found.quantize(Decimal("0.0001")):
        raise wrong(
            "number_not_readable",
            f"“{value}”应是至多四位小数的数字",
            f"“{value}” must be a number with at most four decimals",
            where,
        )
    if (least is not None and found < least) or found > most:
        raise wrong(
            "number_out_of_range",
            f"{found} 超出允许的范围（{least if least is not None else '不限'} 至 {most}）",
            f"{found} is out of range ({least if least is not None else 'open'} to {most})",
            where,
        )
    return found


def whole(value: Any, where: str) -> int:
    found = number(value, where, least=Decimal(0))
    if found != int(found):
        raise wrong("number_not_whole", f"“{value}”应是整数", f"“{value}” must be a whole number", where)
    return int(found)


def day(value: Any, where: str) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise wrong("day_not_readable", f"“{value}”应是日期", f"“{value}” must be a day", where) from error


def one_of(kind: type[Named], value: Any, where: str) -> Named:
    try:
        return kind(str(value))
    except ValueError as error:
        names = [str(each) for each in kind]
        raise wrong(
            "value_not_allowed",
            f"“{value}”不认识，只能是 {'、'.join(names)}",
            f"“{value}” is unknown; it can be {', '.join(names)}",
            where,
        ) from error


def yes_no(value: Any, where: str) -> bool:
    if value not in ("yes", "no"):
        raise wrong("value_not_allowed", f"“{value}”只能是 yes 或 no", f"“{value}” can be yes or no", where)
    return bool(value == "yes")


def range_of(value: Mapping[str, Any], where: str) -> Range:
    """`from` and `below`, either of which may be left out."""
    return Range(
        number(value["from"], where) if "from" in value else None,
        number(value["below"], where) if "below" in value else None,
    )
