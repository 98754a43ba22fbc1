"""What a form is, as values: a form has versions, a version has items, an item may hold further items.

Read from policy/forms by `reading.py`; nothing here knows Django, a clock or a file. The same definition, as plain JSON
(`as_json`), is what a telephone keeps: static/forms/evaluation.js follows the same rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from yigongti.foundation.errors import Text

VALUE_KEYS: dict[str, str] = {
    "boolean": "valueBoolean",
    "decimal": "valueDecimal",
    "integer": "valueInteger",
    "date": "valueDate",
    "dateTime": "valueDateTime",
    "time": "valueTime",
    "string": "valueString",
    "text": "valueString",
    "choice": "valueCoding",
    "open-choice": "valueCoding",
    "quantity": "valueQuantity",
    "attachment": "valueAttachment",
    "position": "valueUri",
}
"""Type of an item → where FHIR R4 keeps an answer. A position is written as a geo: URI (RFC 5870)."""

TYPES = frozenset({*VALUE_KEYS, "group", "display"})
NUMBERS = frozenset({"decimal", "integer", "quantity"})
CHOICES = frozenset({"choice", "open-choice"})
DAYS = frozenset({"date", "dateTime", "time"})
OPERATORS = ("exists", "=", "!=", ">", "<", ">=", "<=")
SEVERITIES = ("minor", "major", "serious")


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison with the answers of an item; `exists` compares with "yes" or "no"."""

    item: str
    operator: str
    answer: str


@dataclass(frozen=True, slots=True)
class When:
    """All or any of some conditions."""

    behavior: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """An answer that may be chosen. score None: not applicable, the item does not count."""

    code: str
    text: Text
    score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its UCUM code and how it is written."""

    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Expression:
    """A sum in words: an operator over items, numbers and further expressions (expressions.py tells them all)."""

    operator: str
    items: tuple[str, ...] = ()
    code: str = ""
    number: Decimal | None = None
    parts: tuple[Expression, ...] = ()
    weights: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class FindingRule:
    """When an answer is something to be put right, and what is said of it. days: until it must be put right.

    note, photographs: the items in which whoever inspects tells more; "" for none.
    """

    when: When
    sentence: Text
    severity: str
    days: int
    note: str = ""
    photographs: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A question, a group of items, or a text to be read. low, high: of numbers, days and times, as written in the file
    (days also "today", "today-30", "today+7"). min_count, max_count: how often a group or an answer repeats."""

    id: str
    type: str
    text: Text
    help: Text | None = None
    required: bool = False
    repeats: bool = False
    min_count: int = 0
    max_count: int = 1
    low: str = ""
    high: str = ""
    decimals: int = 0
    max_length: int = 0
    pattern: str = ""
    pattern_words: Text | None = None
    options: tuple[Option, ...] = ()
    units: tuple[Unit, ...] = ()
    enable: When | None = None
    calculated: Expression | None = None
    finding: FindingRule | None = None
    items: tuple[Item, ...] = ()

    @property
    def is_group(self) -> bool:
        return self.type == "group"

    def inside(self) -> Iterator[Item]:
        """This item and all in it, in the order of the form."""
        yield self
        for child in self.items:
            yield from child.inside()


@dataclass(frozen=True, slots=True)
class FormVersion:
    """A form as it stands from a day on. score: the calculated item that is the answer's score, or ""."""

    form_id: str
    from_on: date
    source: str
    title: Text
    description: Text | None
    items: tuple[Item, ...]
    score: str = ""
    by_id: Mapping[str, Item] = field(default_factory=dict, compare=False)

    @property
    def name(self) -> str:
        """What a version is called: its first day."""
        return self.from_on.isoformat()

    def every_item(self) -> Iterator[Item]:
        """All items with those in groups, in the order of the form."""
        for item in self.items:
            yield from item.inside()


@dataclass(frozen=True, slots=True)
class Form:
    """A form with all its versions, the oldest first."""

    id: str
    label: Text
    why: str
    versions: tuple[FormVersion, ...]
    path: str = ""

    def on(self, day: date) -> FormVersion | None:
        """The version in force on that day; None before the first."""
        in_force = [version for version in self.versions if version.from_on <= day]
        return in_force[-1] if in_force else None

    def version(self, name: str) -> FormVersion | None:
        """The version of that name ("2024-01-01")."""
        return next((version for version in self.versions if version.name == name), None)


def as_json(version: FormVersion) -> dict[str, Any]:
    """The version for a browser: plain JSON, both languages, numbers as text, what is empty left out."""
    return {
        "form": version.form_id,
        "version": version.name,
        "title": _text(version.title),
        "description": _text(version.description),
        "score": version.score,
        "items": [_item(item) for item in version.items],
    }


def _text(text: Text | None) -> dict[str, str] | None:
    return {"zh": text.zh, "en": text.en} if text else None


def _when(when: When | None) -> dict[str, Any] | None:
    if when is None:
        return None
    told = [{"item": c.item, "operator": c.operator, "answer": c.answer} for c in when.conditions]
    return {"behavior": when.behavior, "conditions": told}


def _expression(told: Expression | None) -> dict[str, Any] | None:
    if told is None:
        return None
    return {
        "operator": told.operator,
        "items": list(told.items),
        "code": told.code,
        "number": None if told.number is None else str(told.number),
        "parts": [_expression(part) for part in told.parts],
        "weights": [[item, str(weight)] for item, weight in told.weights],
    }


def _item(item: Item) -> dict[str, Any]:
    finding = item.finding
    told = {
        "id": item.id,
        "type": item.type,
        "text": _text(item.text),
        "help": _text(item.help),
        "required": item.required,
        "repeats": item.repeats,
        "minCount": item.min_count,
        "maxCount": item.max_count,
        "low": item.low,
        "high": item.high,
        "decimals": item.decimals,
        "maxLength": item.max_length,
        "pattern": item.pattern,
        "patternWords": _text(item.pattern_words),
        "options": [
            {"code": o.code, "text": _text(o.text), "score": None if o.score is None else str(o.score)}
            for o in item.options
        ],
        "units": [{"code": unit.code, "text": _text(unit.text)} for unit in item.units],
        "enable": _when(item.enable),
        "calculated": _expression(item.calculated),
        "finding": finding
        and {
            "when": _when(finding.when),
            "sentence": _text(finding.sentence),
            "severity": finding.severity,
            "days": finding.days,
            "note": finding.note,
            "photographs": finding.photographs,
        },
        "items": [_item(child) for child in item.items],
    }
    return {name: value for name, value in told.items() if value or name in ("maxCount", "decimals")}
