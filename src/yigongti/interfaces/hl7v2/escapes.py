"""Escape sequences of HL7 v2 (chapter 2, "Use of escape sequences in text fields").

    \\F\\ \\S\\ \\T\\             field, component and subcomponent separator themselves
    \\R\\ \\E\\ \\P\\             repetition, escape and truncation mark themselves
    \\Xdd..\\                    bytes in hexadecimal, read in the message's own character set
    \\.br\\ \\.sp<n>\\             new lines;   \\H\\ \\N\\ highlighting on and off, dropped

A sequence that is unknown, or not closed, stays as it stands: a text is never shortened because it was not understood.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The separators that MSH-1 and MSH-2 declare."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    truncation: str = ""

    @property
    def encoding_characters(self) -> str:
        """MSH-2 as it is written."""
        return self.component + self.repetition + self.escape + self.subcomponent + self.truncation


STANDARD = Delimiters()
_NEW_LINES = re.compile(r"\.(br|sp(\d{1,2})?)", re.IGNORECASE)
_DROPPED = {"H", "N"}


def unescape(text: str, delimiters: Delimiters = STANDARD, codec: str = "utf-8") -> str:
    """The text that the sender meant. codec: how \\X..\\ is read."""
    mark = delimiters.escape
    if not mark or mark not in text:
        return text
    named = _named(delimiters)
    pieces: list[str] = []
    place = 0
    while True:
        opened = text.find(mark, place)
        closed = text.find(mark, opened + 1) if opened >= 0 else -1
        if opened < 0 or closed < 0:
            return "".join([*pieces, text[place:]])
        pieces.append(text[place:opened])
        meant = _meaning(text[opened + 1 : closed], named, codec)
        if meant is None:  # no sequence of ours: the mark stands for itself, the next one may open a sequence
            pieces.append(mark)
            place = opened + 1
        else:
            pieces.append(meant)
            place = closed + 1


def escape(text: str, delimiters: Delimiters = STANDARD) -> str:
    """The text as it may stand in a field: delimiters, line ends and other control characters escaped."""
    named = {meant: f"{delimiters.escape}{name}{delimiters.escape}" for name, meant in _named(delimiters).items()}
    return "".join(
        named.get(character) or (_hexadecimal(character, delimiters) if character < " " else character)
        for character in text
    )


def _hexadecimal(character: str, delimiters: Delimiters) -> str:
    return f"{delimiters.escape}X{ord(character):02X}{delimiters.escape}"


def _named(delimiters: Delimiters) -> dict[str, str]:
    named = {
        "F": delimiters.field,
        "S": delimiters.component,
        "R": delimiters.repetition,
        "E": delimiters.escape,
        "T": delimiters.subcomponent,
    }
    return named | ({"P": delimiters.truncation} if delimiters.truncation else {})


def _meaning(sequence: str, named: dict[str, str], codec: str) -> str | None:
    if sequence in named:
        return named[sequence]
    if sequence in _DROPPED:
        return ""
    lines = _NEW_LINES.fullmatch(sequence)
    if lines:
        return "\n" * int(lines[2] or 1)
    if sequence[:1] == "X":
        try:
            meant = binascii.unhexlify(sequence[1:]).decode(codec)
        except ValueError:  # not hexadecimal, or not of this character set
            return None
        return None if "\0" in meant else meant  # NUL can be stored nowhere
    return None
