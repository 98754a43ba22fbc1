"""The values of a search parameter: escapes, prefixes, systems, units. Source: http://hl7.org/fhir/R4/search.html."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import cast

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.records.definitions.converters import implied_range
from yigongti.kernel.records.definitions.json_text import LARGEST_EXPONENT, MOST_DIGITS
from yigongti.kernel.records.definitions.references import split_reference
from yigongti.kernel.records.definitions.search import (
    ClauseKind,
    DateValue,
    MissingValue,
    Prefix,
    QuantityValue,
    ReferenceValue,
    StringValue,
    TokenValue,
    UriValue,
    Value,
)
from yigongti.kernel.records.definitions.texts import LONGEST, normal
from yigongti.kernel.records.definitions.times import stretch_of

_number = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII).fullmatch
_prefixed = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb|ap)(?=[\d.+-])").match
_id = re.compile(r"[A-Za-z0-9.-]{1,64}").fullmatch


def bad_value(name: str, text: str, expected_zh: str, expected_en: str) -> InvalidInput:
    """The error for a value that the parameter cannot have."""
    return InvalidInput(
        "records.bad_search_value",
        zh=f"检索参数 {name} 的值“{text[:80]}”应为{expected_zh}",
        en=f"The value “{text[:80]}” of the search parameter {name} should be {expected_en}",
        where=name,
    )


def split_unescaped(text: str, separator: str) -> list[str]:
    """The parts between separators that no backslash precedes; the escapes are kept."""
    parts, part, at = [], "", 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            part += text[at : at + 2]
            at += 2
            continue
        if text[at] == separator:
            parts.append(part)
            part = ""
        else:
            part += text[at]
        at += 1
    return [*parts, part]


def unescaped(text: str) -> str:
    """The text with `\\,` `\\|` `\\$` and `\\\\` as the characters they stand for."""
    return re.sub(r"\\([\\,|$])", r"\1", text)


def missing_value(name: str, text: str) -> MissingValue:
    if text not in {"true", "false"}:
        raise bad_value(name, text, "true 或 false", "true or false")
    return MissingValue(text == "true")


def token_value(name: str, text: str) -> TokenValue:
    parts = [unescaped(part) for part in split_unescaped(text, "|")]
    if len(parts) == 1:
        return TokenValue(None, parts[0][:LONGEST])
    if len(parts) != 2 or not any(parts):
        raise bad_value(name, text, "“代码”或“体系|代码”", "a code, or system|code")
    return TokenValue(parts[0][:LONGEST], parts[1][:LONGEST] or None)


def id_value(name: str, text: str) -> TokenValue:
    """A value of `_id`: one that no resource can have finds nothing, but is no error."""
    return TokenValue(None, unescaped(text)[:LONGEST])


def string_value(name: str, text: str) -> StringValue:
    plain = unescaped(text)
    return StringValue(normal(plain), plain[:LONGEST])


def _prefix(text: str) -> tuple[Prefix, str]:
    match = _prefixed(text)
    return (cast(Prefix, match.group(1)), text[2:]) if match else ("eq", text)


def date_value(name: str, text: str) -> DateValue:
    prefix, rest = _prefix(unescaped(text))
    try:
        low, high = stretch_of(rest.replace(" ", "+"))  # a plus that a careless client did not escape
        if prefix == "ap":
            width = high - low
            low, high = low - width, high + width
    except (ValueError, OverflowError):
        raise bad_value(name, text, "日期，如 ge2026-10-01", "a date, such as ge2026-10-01") from None
    return DateValue(prefix, low, high)


def quantity_value(name: str, text: str) -> QuantityValue:
    number, *unit = [unescaped(part) for part in split_unescaped(text, "|")]
    prefix, digits = _prefix(number)
    try:
        if _number(digits) is None or len(digits) > MOST_DIGITS or len(unit) > 2:
            raise ValueError(digits)
        value = Decimal(digits)
        if abs(value.adjusted()) > LARGEST_EXPONENT:
            raise ValueError(digits)
    except (ValueError, InvalidOperation):
        raise bad_value(
            name,
            text,
            "数值，如 5.4|http://unitsofmeasure.org|mg",
            "a number, such as 5.4|http://unitsofmeasure.org|mg",
        ) from None
    low, high = implied_range(value)
    if prefix == "ap":
        tenth = abs(value) / 10
        low, high = min(low, value - tenth), max(high, value + tenth)
    system = unit[0] if unit and any(unit) else None
    code = unit[1] if len(unit) == 2 and unit[1] else None
    return QuantityValue(prefix, value, low, high, system, code)


def uri_value(name: str, text: str) -> UriValue:
    return UriValue(unescaped(text)[:LONGEST])


def reference_value(name: str, text: str, targets: tuple[str, ...], base: str) -> ReferenceValue:
    """`Patient/17`, `17`, or a url; a url below our own base is one of our resources."""
    plain = unescaped(text)
    if base and plain.startswith(base):
        plain = plain.removeprefix(base).lstrip("/")
    target = split_reference(plain)
    if target is not None and target.id:
        return ReferenceValue(target.type, target.id, "")
    if target is not None and target.url:
        return ReferenceValue("", "", target.url[:LONGEST])
    if _id(plain) is not None:
        return ReferenceValue(targets[0] if len(targets) == 1 else "", plain, "")
    raise bad_value(name, text, "引用，如 Patient/17", "a reference, such as Patient/17")


READERS: dict[ClauseKind, Callable[[str, str], Value]] = {
    "token": token_value,
    "string": string_value,
    "date": date_value,
    "quantity": quantity_value,
    "uri": uri_value,
}
