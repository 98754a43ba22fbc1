"""Parameters: dated values with their legal source, chosen by the day and by what they vary by.

A value holds from its `from` day until the next value's. Asking before the first day, for an unknown name or for a
case that the value does not name raises PolicyError: there is no silent default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from yigongti.foundation.errors import PolicyError, Text

Scalar = Decimal | int | str | bool | tuple[str, ...] | tuple[Decimal, ...]

_DECIMAL_UNITS = frozenset({"ratio", "yuan", "number", "percent", "score"})
_WHOLE_UNITS = frozenset({"count", "day", "working_day", "hour", "minute", "year", "month"})
_TEXT_UNITS = frozenset({"text", "date"})
UNITS = _DECIMAL_UNITS | _WHOLE_UNITS | _TEXT_UNITS | {"flag", "codes", "ratios", "percents"}


@dataclass(frozen=True, slots=True)
class Value:
    """What holds from a day on. content: a scalar, or a tree of dicts keyed by what the parameter varies by."""

    from_on: date
    content: Any
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named quantity that an office may change."""

    id: str
    label: Text
    why: str
    unit: str
    selected_by: str
    varies_by: tuple[str, ...]
    values: tuple[Value, ...]
    path: str

    def value_on(self, day: date) -> Value:
        """The value in force on that day. Raises PolicyError before the first."""
        in_force = [value for value in self.values if value.from_on <= day]
        if not in_force:
            first = self.values[0].from_on
            raise PolicyError(
                "policy.before_first_value",
                zh=f"参数 {self.id} 自 {first} 起才有取值，{day} 没有可用的值",
                en=f"parameter {self.id} has values from {first} only; none is in force on {day}",
                where=self.path,
            )
        return in_force[-1]

    def select(self, day: date, selectors: Mapping[str, str]) -> Scalar:
        """The scalar in force on that day for exactly these selectors."""
        unknown = set(selectors) - set(self.varies_by)
        if unknown:
            raise PolicyError(
                "policy.selector_unknown",
                zh=f"参数 {self.id} 不按 {', '.join(sorted(unknown))} 区分",
                en=f"parameter {self.id} does not vary by {', '.join(sorted(unknown))}",
                where=self.path,
            )
        content = self.value_on(day).content
        for axis in self.varies_by:
            if axis not in selectors:
                raise PolicyError(
                    "policy.selector_missing",
                    zh=f"参数 {self.id} 按 {axis} 区分，必须说明是哪一个",
                    en=f"parameter {self.id} varies by {axis}: say which",
                    where=self.path,
                )
            if not isinstance(content, Mapping) or selectors[axis] not in content:
                raise PolicyError(
                    "policy.case_not_covered",
                    zh=f"参数 {self.id} 没有规定 {axis} = {selectors[axis]} 的取值",
                    en=f"parameter {self.id} has no value for {axis} = {selectors[axis]}",
                    where=self.path,
                )
            content = content[selectors[axis]]
        scalar: Scalar = content
        return scalar


def _wrong(code: str, zh: str, en: str, where: str) -> PolicyError:
    return PolicyError(code, zh=zh, en=en, where=where)


def _scalar(text: Any, unit: str, where: str) -> Scalar:
    try:
        if unit == "codes":
            return tuple(str(item) for item in text)
        if unit in {"ratios", "percents"}:
            return tuple(Decimal(item) for item in text)
        if not isinstance(text, str):
            raise ValueError("not a scalar")
        if unit in _DECIMAL_UNITS:
            number = Decimal(text)
            if not number.is_finite():
                raise ValueError("not finite")
            return number
        if unit in _WHOLE_UNITS:
            return int(text)
        if unit == "flag":
            return {"yes": True, "true": True, "no": False, "false": False}[text.lower()]
        if unit == "date":
            date.fromisoformat(text)
        return text
    except (ValueError, InvalidOperation, KeyError, TypeError) as error:
        raise _wrong(
            "policy.value_not_readable",
            f"“{text}”不是单位为 {unit} 的值",
            f"“{text}” is not a value of unit {unit}",
            where,
        ) from error


def read_scalar(text: Any, unit: str, where: str) -> Scalar:
    """What a text in a file or a form says in a unit; a list of texts for units of several. Raises PolicyError."""
    return _scalar(text, unit, where)


def _content(data: Any, axes: tuple[str, ...], unit: str, where: str) -> Any:
    if not axes:
        return _scalar(data, unit, where)
    if not isinstance(data, Mapping) or not data:
        raise _wrong(
            "policy.value_not_by_axis",
            f"取值必须按 {axes[0]} 分别写明",
            f"the value must be given by {axes[0]}",
            where,
        )
    return {str(key): _content(item, axes[1:], unit, where) for key, item in data.items()}


def read_parameter(data: Any, path: str, expected_id: str) -> Parameter:
    """A parameter from its file's content. Raises PolicyError naming what is wrong and where."""
    if not isinstance(data, Mapping):
        raise _wrong("policy.parameter_incomplete", "参数文件是空的", "the parameter file is empty", path)
    if data.get("id") != expected_id:
        raise _wrong(
            "policy.parameter_id",
            f"id 应为 {expected_id}（与文件位置一致）",
            f"the id must be {expected_id}, as the file's place says",
            path,
        )
    label = data.get("label")
    if not isinstance(label, Mapping) or not label.get("zh") or not label.get("en"):
        raise _wrong("policy.label_missing", "label 必须有 zh 与 en", "label needs zh and en", path)
    unit = str(data.get("unit", ""))
    if unit not in UNITS:
        raise _wrong("policy.unit_unknown", f"不认识的单位“{unit}”", f"unknown unit “{unit}”", path)
    axes = tuple(str(axis) for axis in (data.get("varies_by") or ()))
    rows = data.get("values")
    if not isinstance(rows, list) or not rows:
        raise _wrong("policy.values_missing", "至少要有一个取值", "at least one value is needed", path)
    values = []
    for row in rows:
        if not isinstance(row, Mapping) or "value" not in row or not row.get("source") or not row.get("from"):
            raise _wrong(
                "policy.value_incomplete",
                "每个取值都要有 from、value 与 source",
                "every value needs from, value and source",
                path,
            )
        try:
            from_on = date.fromisoformat(str(row["from"]))
        except ValueError as error:
            raise _wrong(
                "policy.date_not_readable",
                f"“{row['from']}”不是日期，请写成 2026-01-31",
                f"“{row['from']}” is not a date; write 2026-01-31",
                path,
            ) from error
        content = _content(row["value"], axes, unit, path)
        values.append(Value(from_on, content, str(row["source"]), str(row.get("note") or "")))
    days = [value.from_on for value in values]
    if days != sorted(set(days)):
        raise _wrong(
            "policy.values_overlap",
            "取值的生效日期必须依次递增，不得重复",
            "the values' first days must increase without repeating",
            path,
        )
    return Parameter(
        id=expected_id,
        label=Text(zh=str(label["zh"]), en=str(label["en"])),
        why=str(data.get("why") or ""),
        unit=unit,
        selected_by=str(data.get("selected_by") or ""),
        varies_by=axes,
        values=tuple(values),
        path=path,
    )
