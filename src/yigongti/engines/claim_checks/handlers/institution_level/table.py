"""The same over tables: levels by their rank."""

from __future__ import annotations

from typing import Any

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.expressions import (
    answer,
    charged_lines_with_knowledge,
    claimed,
    item_of,
    with_bills,
    worded,
)
from yigongti.engines.claim_checks.facts import LEVEL_WORDS, LEVELS
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.narrowing import Narrowing

_WORDS = {level: word.zh for level, word in LEVEL_WORDS.items()}


def _rank(level: Any) -> Any:
    return level.cases(*LEVELS.items())


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Claimed lines of institutions below the item's level."""
    met = charged_lines_with_knowledge(tables, check, version)
    met = with_bills(met.filter(claimed(met) > 0), tables, "institution_level")
    wrong = met.filter(_rank(met.institution_level) < _rank(met.k_min_level))
    return answer(
        wrong,
        check,
        version,
        item=item_of(wrong),
        limit=worded(wrong.k_min_level, _WORDS),
        observed=worded(wrong.institution_level, _WORDS),
    )


def narrow(tables: Tables, check: Check, version: Version) -> Narrowing:
    """Lines of institutions below the highest level that the knowledge ever asked for the item."""
    ranks: dict[str, int] = {}
    for row in check.knowledge.rows:
        code = str(row["item_code"])
        ranks[code] = max(LEVELS[str(row["min_level"])], ranks.get(code, 0))
    return Narrowing(below=ranks)
