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


def facts_in_words(kinds: Iterable[str], language: str) -> list[str]:
    """Kinds of facts as people call them: what nobody submitted."""
    return [FACT_TABLES[kind].label.in_language(language) for kind in kinds if kind in FACT_TABLES]


def strongest(strengths: list[str]) -> str:
    """The strongest of them."""
    return min(strengths, key=STRENGTH_ORDER.index)
