"""What the standard says of a message's structure and its fields' names: hl7apy's tables of versions 2.1 to 2.8.2.

The tables serve in two places: which segments a structure requires (an OBR in every result), and what a field is called
on the page of a message. hl7apy's own parser is not used (message.py says why).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from hl7apy import SUPPORTED_LIBRARIES, load_reference
from hl7apy.exceptions import HL7apyException

NEWEST = "2.8.2"


def is_known_version(version: str) -> bool:
    """Whether there are tables for a version."""
    return version in SUPPORTED_LIBRARIES


@cache
def required_segments(structure: str, version: str) -> tuple[str, ...]:
    """The segments without which a message of this structure is none, in their order; () for an unknown structure.

    A group that must stand brings the segments that must stand in it (ORU_R01 brings OBR); a group that may be absent
    brings none.
    """
    return tuple(dict.fromkeys(_required(_reference(structure, "Message", version))))


def missing_segments(present: Iterable[str], structure: str, version: str) -> list[str]:
    """What the structure requires and the message lacks."""
    there = set(present)
    return [name for name in required_segments(structure, version) if name not in there]


@cache
def field_names(segment: str, version: str) -> dict[int, str]:
    """Place → the standard's name of a segment's fields (7 → "Date time of birth"); {} for Z segments."""
    reference = _reference(segment, "Segment", version if is_known_version(version) else NEWEST)
    return {
        int(name.rpartition("_")[2]): str(content[3]).replace("_", " ").capitalize()
        for name, content, _times, _kind in (reference[1] if reference else ())
    }


def _required(reference: Any) -> Iterable[str]:
    for name, content, (least, _most), kind in reference[1] if reference else ():
        if least and kind == "SEG":
            yield name
        elif least:
            yield from _required(content)


def _reference(name: str, kind: str, version: str) -> Any:
    try:
        return load_reference(name, kind, version)
    except (HL7apyException, KeyError):
        return None
