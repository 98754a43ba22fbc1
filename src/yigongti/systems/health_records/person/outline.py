"""One resource made readable: every element with its words and values, nested ones indented. Nothing is left out but
what only machines read (meta, ids, generated narrative)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yigongti.systems.health_records.person.elements import Resource, plain, quantity, when, words

LEFT_OUT = frozenset({"resourceType", "id", "meta", "text", "implicitRules", "contained"})
DEEPEST = 8
_INSTANT = re.compile(r"\d{4}-\d{2}(-\d{2}(T.*)?)?$")


@dataclass(frozen=True, slots=True)
class Element:
    """A line: how deep, the element's name, what it says ("" for one that only holds others)."""

    depth: int
    name: str
    said: str


def outline(resource: Resource) -> list[Element]:
    """The lines of a resource, in its own order."""
    lines: list[Element] = []
    for name, value in resource.items():
        if name not in LEFT_OUT:
            _add(lines, 0, name, value)
    return lines


def _add(lines: list[Element], depth: int, name: str, value: Any) -> None:
    if name.startswith("_") or depth > DEEPEST:
        return
    if isinstance(value, list):
        simple = [said for part in value if (said := in_words(part))]
        if len(simple) == len(value):
            lines.append(Element(depth, spoken(name), "、".join(simple)))
            return
        for part in value:
            _add(lines, depth, name, part)
        return
    said = in_words(value)
    lines.append(Element(depth, spoken(name), said))
    if not said and isinstance(value, dict):
        for inner, part in value.items():
            if inner not in ("id", "url") or depth == 0:
                _add(lines, depth + 1, inner, part)


def in_words(value: Any) -> str:
    """A value in words if it is one: a text, number, day, coded concept, quantity, reference, period; else ""."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, str):
        return when(value).text if _INSTANT.fullmatch(value) and when(value).is_known else value
    if isinstance(value, int | float):
        return str(value)
    return _of_object(value) if isinstance(value, dict) else ""


def _of_object(value: dict[str, Any]) -> str:
    keys = value.keys() - {"id", "extension"}
    if keys and keys <= {"coding", "text"}:
        coded = " ".join(str(coding.get("code", "")) for coding in value.get("coding", ()) if coding.get("code"))
        said = words(value)
        return f"{said} [{coded}]" if coded and coded != said else said
    if keys and keys <= {"system", "code", "display", "version", "userSelected"}:
        return " ".join(str(value[name]) for name in ("display", "code") if value.get(name))
    if "value" in keys and keys <= {"value", "unit", "system", "code", "comparator"}:
        number, unit = quantity(value)
        if number is not None:
            return f"{value.get('comparator', '')}{plain(number)} {unit}".strip()
        return str(value.get("value", ""))
    if keys and keys <= {"reference", "display", "type", "identifier"}:
        return str(value.get("display") or value.get("reference") or "")
    if keys and keys <= {"start", "end"}:
        return f"{when(value.get('start')).text} – {when(value.get('end')).text}"
    if keys and keys <= {"low", "high", "text"}:
        ends = [quantity(value.get(end)) for end in ("low", "high")]
        unit = next((unit for number, unit in ends if unit), "")
        return f"{'–'.join(plain(number) if number is not None else '' for number, _u in ends)} {unit}".strip()
    return ""


def spoken(name: str) -> str:
    """effectiveDateTime → effective date time"""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: f" {match[1].lower()}", name)
