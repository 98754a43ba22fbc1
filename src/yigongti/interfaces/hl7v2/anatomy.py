"""A message for the eye: its segments with the standard's names beside the values, names and numbers of people masked.

Masked is every field that says who somebody is (patient, relatives, the insured): who looks after the exchange must see
the form of a message, not its people. Values of results and diagnoses stay: without them nothing can be mended.
"""

from __future__ import annotations

from dataclasses import dataclass

from yigongti.interfaces.hl7v2 import structure
from yigongti.interfaces.hl7v2.encoding import decode
from yigongti.interfaces.hl7v2.local_choices import LocalChoices
from yigongti.interfaces.hl7v2.message import Message, Segment, read_message
from yigongti.interfaces.hl7v2.problems import Refused

_WHO = {
    "PID": {2, 3, 4, 5, 6, 9, 11, 13, 14, 18, 19, 20, 21, 23},
    "PD1": {13},
    "NK1": {2, 4, 5, 6, 12, 26, 30, 31, 32, 33, 37, 40},
    "MRG": {1, 2, 3, 4, 7},
    "IN1": {16, 19, 36, 49},
    "GT1": {2, 3, 4, 5, 6, 7, 12, 19},
    "PV1": {19, 50},
}
"""Segment → places of fields that identify the patient or people about the patient."""
_STAR = "＊"


@dataclass(frozen=True, slots=True)
class Line:
    """A field that says something: its place ("PID-5"), the standard's name, the value as it stands or masked."""

    place: str
    name: str
    value: str
    is_masked: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A segment with its fields."""

    name: str
    occurrence: int
    raw: str
    lines: tuple[Line, ...]


def parts_of(raw: bytes, choices: LocalChoices, *, identity: bool) -> list[Part]:
    """The segments of a message in their order; [] when it cannot be read. identity: show who it is about."""
    try:
        decoded = decode(raw, choices.character_sets)
        message = read_message(decoded.text, decoded.codec)
    except Refused:
        return []
    return [_part(segment, message, identity) for segment in message.segments]


def _part(segment: Segment, message: Message, identity: bool) -> Part:
    names = structure.field_names(segment.name, message.version)
    hidden = frozenset() if identity else _WHO.get(segment.name, frozenset())
    shown = [text if place not in hidden else masked(text, message) for place, text in enumerate(segment.fields)]
    lines = tuple(
        Line(f"{segment.name}-{place}", names.get(place, ""), value, place in hidden)
        for place, value in enumerate(shown)
        if place and value
    )
    written = shown if segment.name != "MSH" else [segment.name, *shown[2:]]
    return Part(segment.name, segment.occurrence, message.delimiters.field.join(written), lines)


def masked(text: str, message: Message) -> str:
    """Every character but separators as a star: the form of a field without its content."""
    marks = set(message.delimiters.encoding_characters) | {message.delimiters.field}
    return "".join(character if character in marks else _STAR for character in text)
