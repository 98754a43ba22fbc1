"""The primitive types of FHIR R4: what a JSON value must look like to be a date, a code, a decimal.

Each check answers True or False and is as cheap as Python allows: a typical Observation holds some thirty primitives.
Source of the forms: http://hl7.org/fhir/R4/datatypes.html#primitive. A day must also exist in the calendar.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from decimal import Decimal
from typing import Any

Check = Callable[[Any], bool]

LONGEST_STRING = 1024 * 1024  # characters; R4: strings shall not exceed 1 MB
LARGEST_INTEGER = 2**31 - 1

_YEAR = r"(?!0000)[0-9]{4}"
_DAY = r"(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"

_is_date = re.compile(rf"{_YEAR}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?").fullmatch
_is_datetime = re.compile(rf"{_YEAR}(?:-(?:0[1-9]|1[0-2])|-{_DAY}(?:T{_CLOCK}{_ZONE})?)?").fullmatch
_is_instant = re.compile(rf"{_YEAR}-{_DAY}T{_CLOCK}{_ZONE}").fullmatch
_is_time = re.compile(_CLOCK).fullmatch
_is_id = re.compile(r"[A-Za-z0-9.-]{1,64}").fullmatch
_is_code = re.compile(r"\S+(?:[ \t\r\n]\S+)*").fullmatch
_is_currency = re.compile(r"[A-Z]{3}").fullmatch
_is_uri = re.compile(r"\S+").fullmatch
_is_oid = re.compile(r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+").fullmatch
_is_uuid = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch
_is_base64 = re.compile(r"[A-Za-z0-9+/]*={0,2}").fullmatch
# what no string may hold: controls other than tab, line feed and carriage return; halves of surrogate pairs
_unprintable = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]").search
_white = re.compile(r"\s+")


def is_boolean(value: Any) -> bool:
    return value is True or value is False


def is_integer(value: Any) -> bool:
    return type(value) is int and -LARGEST_INTEGER - 1 <= value <= LARGEST_INTEGER


def is_unsigned(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LARGEST_INTEGER


def is_positive(value: Any) -> bool:
    return type(value) is int and 1 <= value <= LARGEST_INTEGER


def is_decimal(value: Any) -> bool:
    """A number whose digits are known: a float would have lost them on the way."""
    return type(value) is Decimal or type(value) is int


def is_string(value: Any) -> bool:
    if type(value) is not str or not value:
        return False
    return len(value) <= LONGEST_STRING and (value.isprintable() or _unprintable(value) is None)


def is_code(value: Any) -> bool:
    return type(value) is str and _is_code(value) is not None and is_string(value)


def is_currency(value: Any) -> bool:
    """The form of an ISO 4217 code; R4 requires one, but its list is not ours to keep."""
    return type(value) is str and _is_currency(value) is not None


def is_id(value: Any) -> bool:
    return type(value) is str and _is_id(value) is not None


def is_uri(value: Any) -> bool:
    return type(value) is str and _is_uri(value) is not None and _unprintable(value) is None


def is_oid(value: Any) -> bool:
    return type(value) is str and _is_oid(value) is not None


def is_uuid(value: Any) -> bool:
    return type(value) is str and _is_uuid(value) is not None


def is_base64(value: Any) -> bool:
    if type(value) is not str or not value:
        return False
    packed = _white.sub("", value) if not value.isalnum() else value
    return bool(packed) and len(packed) % 4 == 0 and _is_base64(packed) is not None


def _day_exists(value: str) -> bool:
    """Whether the day of the month exists; the form has been checked before."""
    day = value[8:10]
    return day < "29" or int(day) <= monthrange(int(value[:4]), int(value[5:7]))[1]


def is_date(value: Any) -> bool:
    return type(value) is str and _is_date(value) is not None and _day_exists(value)


def is_datetime(value: Any) -> bool:
    return type(value) is str and _is_datetime(value) is not None and _day_exists(value)


def is_instant(value: Any) -> bool:
    return type(value) is str and _is_instant(value) is not None and _day_exists(value)


def is_time(value: Any) -> bool:
    return type(value) is str and _is_time(value) is not None


CHECKS: dict[str, Check] = {
    "boolean": is_boolean,
    "integer": is_integer,
    "unsignedInt": is_unsigned,
    "positiveInt": is_positive,
    "decimal": is_decimal,
    "string": is_string,
    "markdown": is_string,
    "code": is_code,
    "id": is_id,
    "uri": is_uri,
    "url": is_uri,
    "canonical": is_uri,
    "oid": is_oid,
    "uuid": is_uuid,
    "base64Binary": is_base64,
    "date": is_date,
    "dateTime": is_datetime,
    "instant": is_instant,
    "time": is_time,
}
