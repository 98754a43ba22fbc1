"""From the bytes of a message to its text: never a guess that could turn a name into other characters.

MSH-18 names the character set (HL7 table 0211). The names that are taken, and the order that is tried when the field is
empty, are policy (policy/exchange/hl7v2/character_sets.yaml). What a message declares is what is used: a message that
declares UTF-8 and is none is refused, so that its sender learns of it.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yigongti.interfaces.hl7v2.problems import Condition, Place, Refused, rejected

_FIRST_SEGMENT = re.compile(rb"[^\r\n]*")
_PLACE = Place("MSH", 1, 18)
# Private use, unassigned and surrogate characters in text that was read by trial mean that the trial failed;
# NUL can be stored nowhere.
_NOT_TEXT = {"Co", "Cn", "Cs"}


@dataclass(frozen=True, slots=True)
class CharacterSets:
    """names: MSH-18 in capitals → Python codec. when_absent: codecs to try in order."""

    names: Mapping[str, str]
    when_absent: Sequence[str]


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, the codec that read it, and MSH-18 as it stood."""

    text: str
    codec: str
    declared: str


def declared_character_set(raw: bytes) -> str:
    """MSH-18 as it stands, its first repetition; empty when absent. MSH is ASCII in every set that MLLP can carry."""
    head = _FIRST_SEGMENT.match(raw.removeprefix(codecs.BOM_UTF8))
    fields = head[0].split(head[0][3:4]) if head and head[0][:3] == b"MSH" and len(head[0]) > 8 else []
    # MSH-1 is the separator itself, so MSH-18 is the eighteenth piece counted from MSH-2 at place 1
    field = fields[17] if len(fields) > 17 else b""
    repetition = fields[1][1:2] if len(fields) > 1 and len(fields[1]) > 1 else b"~"
    return field.split(repetition)[0].decode("ascii", "replace").strip()


def decode(raw: bytes, sets: CharacterSets) -> Decoded:
    """The text of a message. Raises Refused (AR) when its set is unknown or its bytes are not of that set."""
    declared = declared_character_set(raw)
    raw = raw.removeprefix(codecs.BOM_UTF8)
    if declared:
        codec = sets.names.get(declared.upper())
        if codec is None:
            raise Refused(
                rejected(
                    Condition.TABLE_VALUE,
                    "character_set_unknown",
                    f"MSH-18 字符集“{declared}”不受支持，请使用 UNICODE UTF-8 或 GB 18030-2000",
                    f"the character set “{declared}” of MSH-18 is not taken; use UNICODE UTF-8 or GB 18030-2000",
                    _PLACE,
                )
            )
        return Decoded(_strict(raw, codec, declared), codec, declared)
    for codec in sets.when_absent:
        try:
            text = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        if _reads_as_text(text):
            return Decoded(text, codec, "")
    raise Refused(_undecodable(" / ".join(sets.when_absent)))


def _strict(raw: bytes, codec: str, declared: str) -> str:
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError as error:
        raise Refused(_undecodable(declared, error.start)) from error
    if "\0" in text:
        raise Refused(_undecodable(declared, raw.find(b"\0")))
    return text


def _reads_as_text(text: str) -> bool:
    return "\0" not in text and not any(unicodedata.category(c) in _NOT_TEXT for c in text if ord(c) > 127)


def _undecodable(named: str, at: int | None = None):  # type: ignore[no-untyped-def]
    where_zh = f"，第 {at + 1} 字节起" if at is not None else ""
    where_en = f", from byte {at + 1}" if at is not None else ""
    return rejected(
        Condition.DATA_TYPE,
        "undecodable",
        f"报文的字节不符合字符集 {named}{where_zh}，未作任何猜测",
        f"the bytes of the message are not {named}{where_en}; nothing was guessed",
        _PLACE,
    )
