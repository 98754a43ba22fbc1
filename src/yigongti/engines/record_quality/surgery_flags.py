"""Flags of a case by the central lists: day surgery, minimally invasive surgery, surgery of the fourth level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from yigongti.engines.record_quality.codesets import Codeset
from yigongti.engines.record_quality.language import Condition, parse_condition
from yigongti.foundation.errors import Text

_FLAGS: dict[str, str] = {
    # flag: how it is found; the lists themselves are policy
    "day_surgery": "any procedures in codeset day_surgery",
    "minimally_invasive": "any procedures in codeset minimally_invasive",
    "level_four": "any procedures in codeset level_four_surgery",
}


@dataclass(frozen=True, slots=True)
class Flag:
    """id: the column of the flag. label: what the list is called. found_by: holds for a flagged page."""

    id: str
    label: Text
    found_by: Condition


def read_flags(codesets: Mapping[str, Codeset]) -> tuple[Flag, ...]:
    """The flags whose central list the policy holds. Raises PolicyError when one of the lists is missing."""
    flags = []
    for name, text in _FLAGS.items():
        condition = parse_condition(text, codesets, f"flag {name}")
        flags.append(Flag(name, codesets[text.split()[-1]].label, condition))
    return tuple(flags)
