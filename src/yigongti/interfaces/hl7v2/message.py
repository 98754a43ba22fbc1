"""A message as its parts: segments, fields, repetitions, components, subcomponents.

Our own small reader, because hl7apy refuses what the field sends: of the 37 public laboratory files of the shared data
its parser refuses 27 for the fifth encoding character (`^~\\&#` with version 2.5.1), and in its strict level the other
ten for lengths and components that the version did not know; it needs 30 to 140 ms for a message that is read here in
well under one. Its tables of structures and field names are used (structure.py).

A message is split into fields when it is read; what is inside a field when it is asked for. `text` answers what the
sender meant (escapes resolved); `raw` what stands there. The HL7 null `""` answers an empty text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from yigongti.interfaces.hl7v2.escapes import Delimiters, unescape
from yigongti.interfaces.hl7v2.problems import Condition, Place, Refused, rejected, wrong

NULL = '""'
_SEGMENT_NAME = re.compile(r"[A-Z][A-Z0-9]{2}")
_SEGMENTS_AT_MOST = 20_000  # a message of one visit or one report has some hundred


@dataclass(frozen=True, slots=True)
class Element:
    """One repetition of a field; `inner` when it is a component taken as an element (an HD inside of a CX)."""

    raw: str
    delimiters: Delimiters
    codec: str
    inner: bool = False

    def text(self, component: int = 1, subcomponent: int = 1) -> str:
        """The text of a component's subcomponent, counted from 1; empty when absent or null."""
        pieces = _split(_piece(self._components(), component), "" if self.inner else self.delimiters.subcomponent)
        return self._meant(_piece(pieces, subcomponent))

    def whole(self) -> str:
        """The repetition as one text: separators that a sender forgot to escape stay in it."""
        return self._meant(self.raw)

    def component(self, number: int) -> Element:
        """A component as an element of its own: its subcomponents are its components."""
        return Element(_piece(self._components(), number), self.delimiters, self.codec, inner=True)

    def __bool__(self) -> bool:
        separators = self.delimiters.component + self.delimiters.subcomponent
        return bool(self.raw.strip(separators + " ")) and self.raw != NULL

    def _components(self) -> list[str]:
        return _split(self.raw, self.delimiters.subcomponent if self.inner else self.delimiters.component)

    def _meant(self, raw: str) -> str:
        return "" if raw == NULL else unescape(raw, self.delimiters, self.codec).strip()


def _split(text: str, separator: str) -> list[str]:
    return text.split(separator) if separator else [text]


def _piece(pieces: list[str], number: int) -> str:
    return pieces[number - 1] if number <= len(pieces) else ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment: its name, which of its name it is (from 1), its fields as they stand (place 0 is the name)."""

    name: str
    occurrence: int
    fields: tuple[str, ...]
    delimiters: Delimiters
    codec: str

    def raw(self, number: int) -> str:
        """The field as it stands; empty when absent."""
        return self.fields[number] if number < len(self.fields) else ""

    def all(self, number: int) -> list[Element]:
        """The repetitions of a field that say something."""
        found = [
            Element(part, self.delimiters, self.codec) for part in _split(self.raw(number), self.delimiters.repetition)
        ]
        return [element for element in found if element]

    def first(self, number: int) -> Element:
        """The first repetition that says something, or an empty one."""
        return next(iter(self.all(number)), Element("", self.delimiters, self.codec))

    def text(self, number: int, component: int = 1, subcomponent: int = 1) -> str:
        """The text of the field's first repetition."""
        return self.first(number).text(component, subcomponent)

    def place(self, number: int = 0, component: int = 0) -> Place:
        """Where this is, for a problem."""
        return Place(self.name, self.occurrence, number, 1 if number else 0, component)


@dataclass(frozen=True, slots=True)
class Message:
    """A message in its order."""

    delimiters: Delimiters
    codec: str
    segments: tuple[Segment, ...]
    header: Segment = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "header", self.segments[0])

    def named(self, name: str) -> list[Segment]:
        """All segments of a name."""
        return [segment for segment in self.segments if segment.name == name]

    def first(self, name: str) -> Segment | None:
        """The first segment of a name."""
        return next((segment for segment in self.segments if segment.name == name), None)

    @property
    def control_id(self) -> str:
        return self.header.text(10)

    @property
    def type(self) -> str:
        return self.header.text(9, 1)

    @property
    def event(self) -> str:
        return self.header.text(9, 2)

    @property
    def version(self) -> str:
        return self.header.text(12)

    @property
    def processing_id(self) -> str:
        return self.header.text(11)

    @property
    def sending_facility(self) -> Element:
        return self.header.first(4)


def read_message(text: str, codec: str = "utf-8") -> Message:
    """The message of a text. Raises Refused: AR when it has no header, AE when a segment is none."""
    lines = _lines(text)
    if not lines or not lines[0].startswith("MSH"):
        raise Refused(
            rejected(
                Condition.SEGMENT_SEQUENCE, "no_header", "报文不以 MSH 段开始", "the message does not begin with MSH"
            )
        )
    if len(lines) > _SEGMENTS_AT_MOST:
        raise Refused(
            rejected(
                Condition.SEGMENT_SEQUENCE,
                "too_many_segments",
                f"报文超过 {_SEGMENTS_AT_MOST} 段",
                f"the message has more than {_SEGMENTS_AT_MOST} segments",
            )
        )
    delimiters = read_delimiters(lines[0])
    return Message(delimiters, codec, tuple(_segments(lines, delimiters, codec)))


def read_delimiters(header: str) -> Delimiters:
    """What MSH-1 and MSH-2 declare. Raises Refused (AR) when they are missing or not told apart."""
    separator = header[3:4]
    marks = header[4:].split(separator)[0] if separator else ""
    unlike = {separator, *marks}
    plain = any(mark.isalnum() or mark.isspace() for mark in unlike)
    if not separator or not 2 <= len(marks) <= 5 or len(unlike) != len(marks) + 1 or plain:
        raise Refused(
            rejected(
                Condition.DATA_TYPE,
                "delimiters",
                "MSH-1、MSH-2 的分隔符缺失或重复",
                "the separators of MSH-1 and MSH-2 are missing or not told apart",
                Place("MSH", 1, 2),
            )
        )
    # two marks declare component and repetition only (2.1 allowed it): there is no escape and no subcomponent then
    component, repetition, mark, subcomponent, truncation = [*marks, "", "", ""][:5]
    return Delimiters(separator, component, repetition, mark, subcomponent, truncation)


def _lines(text: str) -> list[str]:
    # The segment end is CR. Files with LF only are taken too; where CR stands, an LF inside of a field is its text.
    pieces = text.split("\r") if "\r" in text else text.split("\n")
    return [line for line in (piece.strip("\n") for piece in pieces) if line.strip()]


def _segments(lines: list[str], delimiters: Delimiters, codec: str) -> Iterator[Segment]:
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        name = line[:3]
        if not _SEGMENT_NAME.fullmatch(name) or line[3:4] not in {"", delimiters.field}:
            raise Refused(
                wrong(
                    Condition.SEGMENT_SEQUENCE,
                    "not_a_segment",
                    f"第 {number} 行不是段（字段中的换行应写作 \\X0D\\ 或 \\.br\\）",
                    f"line {number} is no segment (a line end inside of a field is written \\X0D\\ or \\.br\\)",
                )
            )
        if name == "MSH" and number > 1:
            raise Refused(
                rejected(
                    Condition.SEGMENT_SEQUENCE,
                    "second_header",
                    "一帧内有两个 MSH 段，请一帧发送一个报文",
                    "there are two MSH segments in one frame; send one message a frame",
                    Place("MSH", 2),
                )
            )
        seen[name] = seen.get(name, 0) + 1
        fields = line.split(delimiters.field)
        if name == "MSH":  # MSH-1 is the separator itself
            fields = ["MSH", delimiters.field, *fields[1:]]
        yield Segment(name, seen[name], tuple(fields), delimiters, codec)
