"""Resources as JSON text: in and out with every digit of a decimal kept, and nothing accepted that would be lost later.

`1.10` stays 1.10, because in a laboratory's result the last zero says how exactly was measured. Refused are texts that
two readers would read differently (a name twice in one object), or that the database cannot hold.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from yigongti.foundation.errors import InvalidInput

DEEPEST = 100  # objects and arrays within each other; R4's own examples stay below 25
MOST_DIGITS = 64  # of a number with a point or an exponent; R4 asks for 18
LARGEST_EXPONENT = 400  # beyond a double; the database holds 16,383 places

# the database writes 1E+245 as 1 and 245 zeros: what it gives back must be read as well
_LARGEST = 10 ** (LARGEST_EXPONENT + 1)
_SMALLEST = -_LARGEST
_BOM = b"\xef\xbb\xbf"
_SPACED_COLONS = (b" :", b"\t:", b"\n:", b"\r:")


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if len(number.as_tuple().digits) > MOST_DIGITS or abs(number.adjusted()) > LARGEST_EXPONENT:
        raise InvalidInput(
            "records.number_out_of_range",
            zh=f"数值位数过多：{text[:40]}",
            en=f"A number has too many digits: {text[:40]}",
        )
    return number


_decoder = msgspec.json.Decoder(float_hook=_decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")


def read_json(data: bytes) -> dict[str, Any]:
    """The resource in a JSON text (UTF-8). Numbers with a point or an exponent become Decimal, others int.

    Raises InvalidInput: no JSON, not one object, a name twice in an object, NaN or infinity, a zero character, nesting
    deeper than 100, a number of more than 64 digits or beyond 10^±400.
    """
    data = data.removeprefix(_BOM)
    try:
        value = _decoder.decode(data)
    except InvalidInput:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InvalidInput(
            "records.not_json", zh=f"不是合法的 JSON：{error}", en=f"This is not valid JSON: {error}"
        ) from error
    if type(value) is not dict:
        raise InvalidInput("records.not_an_object", zh="应为一个 JSON 对象", en="One JSON object is expected")
    _refuse_what_would_be_lost(value, data)
    return value


def _refuse_what_would_be_lost(value: dict[str, Any], data: bytes) -> None:
    names, numbers = _measure(value)
    if numbers:
        raise InvalidInput("records.number_out_of_range", zh="整数位数过多", en="An integer has too many digits")
    # Every name ends in `":` unless white space stands before the colon. As many as there are names: none is repeated.
    # Else perhaps one is, or a text looks like a name: read again, slowly.
    if data.count(b'":') != names or any(colon in data for colon in _SPACED_COLONS):
        _refuse_repeated_names(data)
    if b"\\u0000" in data and _holds_zero(value):
        raise InvalidInput(
            "records.zero_character", zh="文字中含有零字符（\\u0000）", en="A text holds a zero character (\\u0000)"
        )


def _measure(value: dict[str, Any]) -> tuple[int, bool]:
    """How many names there are in all objects, and whether an integer is too large; refuses what is nested too deep."""
    names = 0
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        below: list[Any] = []
        for node in level:
            if type(node) is dict:
                names += len(node)
                children: Any = node.values()
            else:
                children = node
            for child in children:
                kind = type(child)
                if kind is dict or kind is list:
                    below.append(child)
                elif kind is int and not _SMALLEST <= child <= _LARGEST:
                    return names, True
        if not below:
            return names, False
        level = below
    raise InvalidInput("records.too_deep", zh=f"嵌套超过 {DEEPEST} 层", en=f"Nested deeper than {DEEPEST} levels")


def _refuse_repeated_names(data: bytes) -> None:
    def pairs(found: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for name, _ in found:
            if name in seen:
                raise InvalidInput(
                    "records.repeated_name",
                    zh=f"同一对象中“{name}”出现两次",
                    en=f"“{name}” occurs twice in one object",
                )
            seen.add(name)

    json.loads(data, object_pairs_hook=pairs)


def _holds_zero(node: Any) -> bool:
    if type(node) is str:
        return "\x00" in node
    if type(node) is dict:
        return any("\x00" in name or _holds_zero(child) for name, child in node.items())
    return type(node) is list and any(_holds_zero(child) for child in node)


def write_json(resource: Mapping[str, Any] | list[Any]) -> bytes:
    """The JSON text of a resource, UTF-8, without white space, names in their order, decimals with all their digits."""
    return _encoder.encode(resource)
