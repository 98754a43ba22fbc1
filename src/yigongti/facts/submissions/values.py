"""From written text to typed values, column by column, and which cells could not be read.

Frequent spellings are read at once for a whole batch; anything else is looked at value by value (each distinct
value once). Times are written in China's standard time, UTC+8, and stored in UTC; the summer time of 1986-1991 is
not considered. An empty cell, "-" (the front page's sign for "nothing"), "—", "NULL" and "\\N" are no value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yigongti.facts.arrow_schemas import arrow_type
from yigongti.foundation.codes import normalise_code
from yigongti.foundation.schemas import Kind

CHINA = timezone(timedelta(hours=8))
NORMALISED_CODES = frozenset({"diagnoses", "procedures", "outpatient_diagnosis", "pathology_code", "external_cause"})
"""Columns whose codes are written as the dictionaries write them ("i10.X00" becomes "I10.x00")."""

_NOTHING = pa.array(["", "-", "－", "—", "--", "——", "NULL", "null", "\\N"])
_FIRST_YEAR, _LAST_YEAR = 1850, 2200
_SERIAL_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's day zero has no time zone
_DAY = re.compile(
    r"([0-9]{4})([-/.年])([0-9]{1,2})[-/.月]([0-9]{1,2})日?"
    r"(?:[T ]?([0-9]{1,2})(?:[:时点]([0-9]{1,2})(?:[:分]([0-9]{1,2})(?:\.[0-9]+)?秒?|分)?|时|点)?)?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[T ]?([0-9]{2}):?([0-9]{2}):?([0-9]{2})?)?")
_SERIAL = re.compile(r"([2-7][0-9]{4})(\.[0-9]+)?")
_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?$"
_ROUNDED = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]{2}", re.IGNORECASE)

Parsed = tuple[pa.Array, np.ndarray]
"""The typed column and, for each row, the code of its problem ("" for none)."""


class Unreadable(Exception):
    """A value that cannot be read; `args[0]` is the code of the problem in row_errors.PROBLEMS."""


def clean(text: pa.Array) -> pa.Array:
    """Trimmed text; null where nothing is written. `="0123"`, which exports write to keep zeros, is 0123."""
    trimmed = pc.utf8_trim_whitespace(text)
    quoted = pc.starts_with(trimmed, '="')
    if pc.any(quoted).as_py():
        trimmed = pc.if_else(quoted, pc.replace_substring_regex(trimmed, r'^="(.*)"$', r"\1"), trimmed)
    return pc.if_else(pc.is_in(trimmed, value_set=_NOTHING), pa.scalar(None, pa.string()), trimmed)


def parse(kind: Kind, text: pa.Array, *, normalise: bool = False) -> Parsed:
    """Read cleaned text as the kind of column says. normalise: write codes as the dictionaries do."""
    if kind is Kind.TEXT:
        return text, _no_problems(len(text))
    if kind is Kind.CODE:
        return _codes(text, normalise)
    if kind is Kind.MONEY:
        return _fast(text, r"^-?[0-9]{1,12}(\.[0-9]{1,2})?$", kind, lambda t: read_decimal(t, 2, 12))
    if kind is Kind.QUANTITY:
        return _fast(text, r"^-?[0-9]{1,14}(\.[0-9]{1,4})?$", kind, lambda t: read_decimal(t, 4, 14))
    if kind is Kind.INTEGER:
        return _fast(text, r"^[0-9]{1,18}$", kind, read_integer)
    if kind is Kind.DATE:
        return by_value(text, arrow_type(kind), read_day)
    if kind is Kind.INSTANT:
        return _instants(text)
    raise AssertionError(f"{kind} is read by lists.py")


def by_value(text: pa.Array, to: pa.DataType, read: Callable[[str], Any]) -> Parsed:
    """Read each distinct value once. `read` answers the value or raises Unreadable."""
    encoded = text.dictionary_encode()
    values: list[Any] = []
    problems = [""]
    for written in encoded.dictionary.to_pylist():
        try:
            values.append(read(written))
            problems.append("")
        except Unreadable as unreadable:
            values.append(None)
            problems.append(unreadable.args[0])
    typed = pa.array(values, to).take(encoded.indices)
    places = np.asarray(pc.add(pc.fill_null(encoded.indices, -1), 1))
    return typed, np.array(problems, dtype=object)[places]


def _no_problems(size: int) -> np.ndarray:
    return np.full(size, "", dtype=object)


def _fast(text: pa.Array, pattern: str, kind: Kind, read: Callable[[str], Any]) -> Parsed:
    """Cast what matches the pattern; read the rest value by value."""
    to = arrow_type(kind)
    plain = pc.fill_null(pc.match_substring_regex(text, pattern), True)
    if pc.all(plain).as_py() or not len(text):
        return text.cast(to), _no_problems(len(text))
    nothing = pa.scalar(None, pa.string())
    quick = pc.if_else(plain, text, nothing).cast(to)
    slow, problems = by_value(pc.if_else(plain, nothing, text), to, read)
    return pc.coalesce(quick, slow), problems


def _codes(text: pa.Array, normalise: bool) -> Parsed:
    def read(written: str) -> str:
        if _ROUNDED.fullmatch(written):
            raise Unreadable("long_number_lost")
        return normalise_code(written) if normalise else unicodedata.normalize("NFKC", written)

    return by_value(text, pa.string(), read)


def _instants(text: pa.Array) -> Parsed:
    to = arrow_type(Kind.INSTANT)
    plain = pc.fill_null(pc.match_substring_regex(text, _ISO), True)
    if pc.all(plain).as_py():
        try:
            local = text.cast(pa.timestamp("us"))
        except pa.ArrowInvalid:
            return by_value(text, to, read_instant)  # some day among them does not exist
        years = pc.year(local)
        if not len(text) or not pc.any(pc.or_(pc.less(years, _FIRST_YEAR), pc.greater(years, _LAST_YEAR))).as_py():
            shifted = pc.subtract(local, pa.scalar(timedelta(hours=8), pa.duration("us")))
            return shifted.cast(pa.int64()).cast(to), _no_problems(len(text))
    return by_value(text, to, read_instant)


def read_decimal(written: str, places: int, digits: int) -> Decimal:
    """A number with at most so many decimals and digits before them; "1,234.50", "￥12" and full-width forms too."""
    text = re.sub(r"[\s¥￥,，元]", "", unicodedata.normalize("NFKC", written))
    if not re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(E[+-]?[0-9]{1,2})?", text, re.IGNORECASE):
        raise Unreadable("not_a_number")
    try:
        value = Decimal(text)
    except InvalidOperation as error:  # pragma: no cover - the pattern above leaves nothing to fail
        raise Unreadable("not_a_number") from error
    if abs(value) >= Decimal(10) ** digits:
        raise Unreadable("too_large")
    if len(value.as_tuple().digits) > 60:
        raise Unreadable("too_many_decimals")
    rounded = value.quantize(Decimal(1).scaleb(-places))
    if rounded != value:
        raise Unreadable("too_many_decimals")
    return rounded


def read_integer(written: str) -> int:
    """A whole number, 0 or more; "12.0" is 12."""
    text = unicodedata.normalize("NFKC", written)
    match = re.fullmatch(r"\+?([0-9]+)(\.0*)?", text)
    if not match:
        raise Unreadable("not_an_integer")
    if len(match[1]) > 18:
        raise Unreadable("too_large")
    return int(match[1])


def read_moment(written: str) -> datetime:
    """A day with an optional time of day, in China's time (or the zone written), as an aware datetime."""
    text = unicodedata.normalize("NFKC", written).strip()
    zone = CHINA
    if match := _DAY.fullmatch(text):
        year, _, month, day, hour, minute, second, written_zone = match.groups()
        if written_zone and written_zone != "Z":
            sign = -1 if written_zone[0] == "-" else 1
            ahead, odd = int(written_zone[1:3]), int(written_zone[-2:])
            if ahead > 14 or odd > 59:
                raise Unreadable("impossible_date")
            zone = timezone(sign * timedelta(hours=ahead, minutes=odd))
        elif written_zone:
            zone = UTC
        numbers: tuple[str | None, ...] = (year, month, day, hour, minute, second)
    elif match := _COMPACT.fullmatch(text):
        numbers = match.groups()
    elif match := _SERIAL.fullmatch(text):
        passed = timedelta(days=int(match[1]), seconds=round(float(match[2] or 0) * 86_400))
        return (_SERIAL_DAY_ZERO + passed).replace(tzinfo=CHINA)
    else:
        raise Unreadable("not_a_date")
    try:
        years, months, days, hours, minutes, seconds = (int(number or 0) for number in numbers)
        moment = datetime(years, months, days, hours, minutes, seconds, tzinfo=zone)
    except ValueError as error:
        raise Unreadable("impossible_date") from error
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise Unreadable("impossible_date")
    return moment


def read_day(written: str) -> date:
    """The day of a moment, in China's time."""
    return read_moment(written).astimezone(CHINA).date()


def read_instant(written: str) -> datetime:
    """The moment in UTC."""
    try:
        return read_moment(written).astimezone(UTC)
    except Unreadable as unreadable:
        if unreadable.args[0] == "not_a_date":
            raise Unreadable("not_an_instant") from unreadable
        raise


def read_months_age(written: str) -> int:
    """Days of an age that the pinyin column BZYZSNL writes as months and thirtieths: "5 12/30" is 5 × 30 + 12.

    The front page of 2011 writes whole months with the remaining days over 30 (rule from memory, unchecked); a
    month counts as 30 days here, so the answer may differ from the calendar by up to six days. A plain number is
    months too, except 0.
    """
    text = unicodedata.normalize("NFKC", written).replace("月", "").strip()
    match = re.fullmatch(r"(?:([0-9]{1,2})(?:\.0*)?)?(?:(?:^|[\s又+])\s*([0-9]{1,2})\s*/\s*30)?", text)
    if not match or not text or int(match[1] or 0) > 12 or int(match[2] or 0) > 30:
        raise Unreadable("age_not_readable")
    return int(match[1] or 0) * 30 + int(match[2] or 0)
