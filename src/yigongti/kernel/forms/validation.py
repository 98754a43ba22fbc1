"""Whether a response may be taken: every fault at its field, in words.

The same faults with the same words are found in the browser (static/forms/evaluation.js): nobody types twice what the
server would refuse.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from yigongti.foundation.errors import Text
from yigongti.kernel.forms.checking import RELATIVE_DAY
from yigongti.kernel.forms.definition import CHOICES, NUMBERS, VALUE_KEYS, FormVersion, Item, Unit
from yigongti.kernel.forms.scopes import Answer, Evaluation, Filled, Scope, value_of

WORDS = Path(__file__).parent / "static" / "forms" / "words.json"
MOST_DIGITS = 15
"""Digits of a number that every browser keeps exactly."""
_TIME = re.compile(r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_MOMENT = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$")
_NUMBER = re.compile(r"^-?\d+(\.\d+)?$")
_POSITION = re.compile(r"^geo:(-?\d{1,2}(?:\.\d{1,7})?),(-?\d{1,3}(?:\.\d{1,7})?)(?:;u=\d{1,6}(?:\.\d+)?)?$")


@dataclass(frozen=True, slots=True)
class FieldError:
    """A fault at a field. path: "shifts#0/street"; code: stable; text: the sentence."""

    path: str
    code: str
    text: Text


@lru_cache(maxsize=1)
def words() -> dict[str, dict[str, str]]:
    """The sentences about faults, which the browser reads from the same file."""
    read: dict[str, dict[str, str]] = json.loads(WORDS.read_text(encoding="utf-8"))
    return read


def said(code: str, **values: Text | str | int) -> Text:
    """The sentence of a fault."""

    def filled(language: str) -> str:
        text = words()[code][language]
        for name, value in values.items():
            told = value.in_language(language) if isinstance(value, Text) else str(value)
            text = text.replace("{" + name + "}", told)
        return text

    return Text(filled("zh"), filled("en"))


def faults(version: FormVersion, items: Sequence[Mapping[str, Any]], on: date) -> list[FieldError]:
    """Every fault of the response, in the order of the form; empty when it may be taken. on: what "today" means."""
    return list(_faults(Evaluation(version, items, on)))


def _faults(evaluation: Evaluation) -> Iterator[FieldError]:
    yield from _unknown(evaluation.root)
    for filled in evaluation.every():
        item = filled.item
        if item.type == "display" or item.calculated:
            continue
        count = filled.given if item.is_group else len(filled.answers)
        if not evaluation.enabled(filled):
            if count:
                yield FieldError(filled.path, "not_asked", said("not_asked"))
            continue
        yield from _count(filled, count)
        if item.is_group:
            for filling in filled.fillings:
                yield from _unknown(filling)
        else:
            yield from _answers(filled, evaluation.on)


def _unknown(scope: Scope) -> Iterator[FieldError]:
    for path in scope.unknown:
        yield FieldError(path, "unknown", said("unknown"))


def _count(filled: Filled, count: int) -> Iterator[FieldError]:
    item = filled.item
    if not item.is_group and item.required and not count:
        yield FieldError(filled.path, "required", said("required"))
    elif item.repeats and count < item.min_count:
        yield FieldError(filled.path, "too_few", said("too_few", least=item.min_count))
    if count > item.max_count:
        yield FieldError(filled.path, "too_many", said("too_many", most=item.max_count))


def _answers(filled: Filled, on: date) -> Iterator[FieldError]:
    item, seen = filled.item, set()
    for answer in filled.answers:
        found = _fault(item, answer, on)
        if found:
            yield FieldError(filled.path, *found)
            return
        if item.type in CHOICES:
            value = value_of(answer, item.type)
            if value in seen:
                yield FieldError(filled.path, "option_twice", said("option_twice"))
                return
            seen.add(value)


Fault = tuple[str, Text] | None


def _of_type(item: Item) -> Fault:
    kind = words()[f"kind_{item.type}"]
    return "type", said("type", kind=Text(kind["zh"], kind["en"]))


def _fault(item: Item, answer: Answer, on: date) -> Fault:
    """The first fault of one answer."""
    keys = [key for key in answer if key.startswith("value")]
    allowed = {VALUE_KEYS[item.type]} | ({"valueString"} if item.type == "open-choice" else set())
    if len(keys) != 1 or keys[0] not in allowed:
        return _of_type(item)
    value = value_of(answer, item.type)
    if value is None:
        return _of_type(item)
    if item.type in NUMBERS:
        return _number(item, answer, value)
    if item.type in CHOICES and keys[0] == "valueCoding":
        return None if value in [option.code for option in item.options] else ("option", said("option"))
    if item.type in ("string", "text", "open-choice"):
        return _text(item, value)
    if item.type in ("date", "dateTime", "time"):
        return _day_or_time(item, value, on)
    if item.type == "position":
        return _position(value)
    return None


def _number(item: Item, answer: Answer, value: Fraction) -> Fault:
    told = answer[VALUE_KEYS[item.type]]
    written = str(told["value"] if item.type == "quantity" else told)
    if not _NUMBER.match(written) or (item.type == "integer" and value.denominator != 1):
        return _of_type(item)
    _whole, _point, places = written.partition(".")
    if len(written.strip("-").replace(".", "").lstrip("0")) > MOST_DIGITS:
        return "digits", said("digits")
    if item.type != "integer" and len(places.rstrip("0")) > item.decimals:
        return "decimals", said("decimals", decimals=item.decimals)
    if item.low and value < Fraction(item.low):
        return "too_low", said("too_low", low=item.low)
    if item.high and value > Fraction(item.high):
        return "too_high", said("too_high", high=item.high)
    if item.type == "quantity" and told.get("code") not in [unit.code for unit in item.units]:
        return "unit", said("unit", units=_listed(item.units))
    return None


def _listed(units: Sequence[Unit]) -> Text:
    return Text("、".join(unit.text.zh for unit in units), ", ".join(unit.text.en for unit in units))


def _text(item: Item, value: str) -> Fault:
    if len(value) > item.max_length:
        return "length", said("length", length=item.max_length)
    if item.pattern and item.pattern_words and not re.fullmatch(item.pattern, value):
        return "pattern", said("pattern", pattern=item.pattern_words)
    return None


def _day_or_time(item: Item, value: str, on: date) -> Fault:
    forms = {"date": _DAY, "dateTime": _MOMENT, "time": _TIME}
    if not forms[item.type].match(value):
        return _of_type(item)
    try:
        if item.type == "time":
            clock.fromisoformat(value)
        else:
            datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        return _of_type(item)
    compared = value[:10] if item.type == "dateTime" else value[:5] if item.type == "time" else value
    low, high = bound(item.low, on), bound(item.high, on)
    if low and compared < low:
        return "too_early", said("too_early", low=low)
    if high and compared > high:
        return "too_late", said("too_late", high=high)
    return None


def bound(told: str, on: date) -> str:
    """A bound of days as a day: "today-30" seen from the day."""
    found = RELATIVE_DAY.match(told)
    if not found:
        return told
    days = int(found[2] or 0)
    return (on + timedelta(days=-days if found[1] == "-" else days)).isoformat()


def _position(value: str) -> Fault:
    found = _POSITION.match(value)
    if not found or abs(Decimal(found[1])) > 90 or abs(Decimal(found[2])) > 180:
        return "position", said("position")
    return None
