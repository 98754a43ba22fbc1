"""How the office names strengths, families and stages of checks, and in which order strengths count."""

from __future__ import annotations

from collections.abc import Iterable

from yigongti.foundation.errors import Text
from yigongti.foundation.schemas import FACT_TABLES

STRENGTHS: dict[str, Text] = {
    "violation": Text("违规", "Violation"),
    "doubtful": Text("可疑", "Doubtful"),
    "clue": Text("线索", "Clue"),
}
STRENGTH_ORDER = ("violation", "doubtful", "clue")
MARKS = {"violation": "bad", "doubtful": "due", "clue": ""}
FAMILIES: dict[str, Text] = {
    "policy": Text("政策类", "Policy"),
    "management": Text("管理类", "Management"),
    "medical": Text("医疗类", "Medical"),
}
STAGES: dict[str, Text] = {
    "before": Text("事前", "before"),
    "during": Text("事中", "during"),
    "after": Text("事后", "after"),
}


_OF_A_SENTENCE: dict[str, Text] = {
    "item": Text("项目", "item"), "limit": Text("规定", "limit"), "observed": Text("实际", "observed"),
    "other": Text("另一项目", "other item"), "amount": Text("金额", "amount"), "line": Text("明细行", "line"),
}  # fmt: skip


def in_words(sentence: str, language: str) -> str:
    """A check's sentence with words in brackets where a finding has its values: “［项目］不予支付”."""
    for name, word in _OF_A_SENTENCE.items():
        sentence = sentence.replace("{" + name + "}", f"［{word.in_language(language)}］")
    return sentence


def facts_in_words(kinds: Iterable[str], language: str) -> list[str]:
    """Kinds of facts as people call them: what nobody submitted."""
    return [FACT_TABLES[kind].label.in_language(language) for kind in kinds if kind in FACT_TABLES]


def strongest(strengths: list[str]) -> str:
    """The strongest of them."""
    return min(strengths, key=STRENGTH_ORDER.index)
