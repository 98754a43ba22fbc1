"""Cuts the text of a rule into words. Full-width signs, as a workbook may hold them, read like narrow ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from yigongti.foundation.errors import PolicyError


class Kind(Enum):
    NAME = "name"  # and, or, in, NL, a bare set name
    NUMBER = "number"
    OPERATOR = "operator"
    BRACES = "braces"  # {A,B}: its names
    OPEN = "("
    CLOSE = ")"
    INTERSECT = "∩"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One word. position: the first character's place in the text, from 0."""

    kind: Kind
    text: str
    position: int
    names: tuple[str, ...] = ()


LONGEST_RULE = 20_000  # characters; the longest national rule has a few hundred

_OPERATORS = {
    "=": "=",
    "==": "=",
    "!=": "!=",
    "<>": "!=",
    "≠": "!=",
    "<": "<",
    "<=": "<=",
    "≤": "<=",
    ">": ">",
    ">=": ">=",
    "≥": ">=",
}
_WIDE = str.maketrans("（）｛｝＝＜＞！，　", "(){}=<>!, ")
_WORD = re.compile(
    r"(?P<space>\s+)|(?P<braces>\{[^{}]*\})|(?P<number>[0-9]+(?:\.[0-9]+)?(?![\w.]))|(?P<operator>[=<>!≠≤≥]{1,2})"
    r"|(?P<name>[^\W]\w*(?:[.\-/、]\w+)*)|(?P<sign>[()∩&])"
)


def broken(zh: str, en: str, text: str, position: int) -> PolicyError:
    """The error for a rule that cannot be read, with the place of the offending character counted from 1."""
    shown = text if len(text) <= 120 else text[:117] + "..."
    return PolicyError(
        "casemix.rule_syntax",
        zh=f"分组规则无法解析：第 {position + 1} 个字符处{zh}",
        en=f"The rule cannot be read: at character {position + 1}, {en}",
        where=shown,
    )


def tokenize(text: str) -> list[Token]:
    """The words of a rule, an END last.

    Raises PolicyError("casemix.rule_syntax") at the first character that belongs to no word.
    """
    if len(text) > LONGEST_RULE:
        raise broken("规则过长", f"the rule is longer than {LONGEST_RULE} characters", text, LONGEST_RULE)
    narrow = text.translate(_WIDE)  # one character for one: positions stay those of the text
    tokens: list[Token] = []
    position = 0
    while position < len(narrow):
        match = _WORD.match(narrow, position)
        if match is None:
            raise broken(
                f"出现无法识别的“{text[position]}”", f"“{text[position]}” is not part of the language", text, position
            )
        if match.lastgroup != "space":
            tokens.append(_token(match, text, position))
        position = match.end()
    tokens.append(Token(Kind.END, "", len(text)))
    return tokens


def _token(match: re.Match[str], text: str, position: int) -> Token:
    word = match.group()
    group = match.lastgroup
    if group == "braces":
        # Names keep the characters they were written with; only the comma between them is narrowed.
        names = tuple(name.strip() for name in word[1:-1].split(","))
        if not all(names):
            raise broken("花括号内有空的名称", "the braces hold an empty name", text, position)
        return Token(Kind.BRACES, word, position, names)
    if group == "number":
        return Token(Kind.NUMBER, word, position)
    if group == "operator":
        if word not in _OPERATORS:
            raise broken(f"“{word}”不是比较符号", f"“{word}” is no comparison", text, position)
        return Token(Kind.OPERATOR, _OPERATORS[word], position)
    if group == "sign":
        kind = {"(": Kind.OPEN, ")": Kind.CLOSE}.get(word, Kind.INTERSECT)
        return Token(kind, word, position)
    return Token(Kind.NAME, word, position)
