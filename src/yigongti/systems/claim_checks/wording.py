"""The sentence of a finding in the office's words, as its check says it; and how the office names strengths and kinds."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from yigongti.engines.claim_checks.public import Check
from yigongti.foundation.errors import Text

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


def sentence(check: Check, row: Mapping[str, Any]) -> Text:
    """The check's words with what this finding fills in. row: item, limit, observed, other, amount, line_number."""
    amount = Decimal(str(row["amount"]))
    line = row["line_number"]
    filled = {name: row[name] or "—" for name in ("item", "limit", "observed", "other")}
    filled |= {"amount": f"{amount:,.2f}", "line": "—" if line is None else str(line)}
    return Text(zh=check.words.zh.format(**filled), en=check.words.en.format(**filled))


def strongest(strengths: list[str]) -> str:
    """The strongest of them."""
    return min(strengths, key=STRENGTH_ORDER.index)
