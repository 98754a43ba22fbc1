"""Cuts the text of a condition into words, each with its place, so that an error can point at it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yigongti.foundation.errors import PolicyError

LONGEST_CONDITION = 2000
"""A rule is one idea; what is longer than this many characters is refused with a sentence, not read."""

_WORDS = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<range>[A-Z][0-9][0-9]-[A-Z][0-9][0-9](?![0-9A-Za-z_.]))
      | (?P<category>[A-Z][0-9][0-9](?![0-9A-Za-z_.]))
      | (?P<number>[0-9]+(?:\.[0-9]+)?(?![0-9A-Za-z_.]))
      | (?P<name>[a-z][a-z0-9_]*(?![A-Z]))
      | (?P<text>"[^"\r\n]*")
      | (?P<operator><=|>=|!=|=|<|>)
      | (?P<mark>[(){},+*-])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word: sort (name, number, text, range, category, operator, mark, end), its text, its place from 1."""

    sort: str
    text: str
    place: int


def wrong(said_zh: str, said_en: str, where: str) -> PolicyError:
    """The error that every mistake in a condition becomes."""
    return PolicyError("record_quality.condition_wrong", zh=said_zh, en=said_en, where=where)


def cut(text: str, where: str) -> list[Word]:
    """The words of a condition, closed by one of sort "end". Raises PolicyError at the first unknown character."""
    if len(text) > LONGEST_CONDITION:
        raise wrong(
            f"条件过长（{len(text)} 字，至多 {LONGEST_CONDITION} 字），请拆成几条规则",
            f"the condition is too long ({len(text)} characters, at most {LONGEST_CONDITION}); make it several rules",
            where,
        )
    words: list[Word] = []
    at = 0
    while at < len(text):
        match = _WORDS.match(text, at)
        if match is None or match.lastgroup is None:
            raise wrong(
                f"第 {at + 1} 个字符“{text[at]}”无法识别",
                f"character {at + 1}, “{text[at]}”, is not understood",
                where,
            )
        if match.lastgroup != "space":
            words.append(Word(match.lastgroup, match.group(), at + 1))
        at = match.end()
    words.append(Word("end", "", len(text) + 1))
    return words
