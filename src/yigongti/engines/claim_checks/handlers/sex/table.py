"""The same over tables: lines that meet the knowledge on their code, then their bills."""

from __future__ import annotations

from typing import Any

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.expressions import answer, lines_with_knowledge, with_bills
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.handlers.sex import SEX_WORDS


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Lines whose item is for the other sex."""
    met = with_bills(lines_with_knowledge(tables, check, version), tables, "sex")
    wrong = met.filter(met.sex.isin(list(SEX_WORDS)) & (met.sex != met.k_sex))
    words = list(SEX_WORDS.items())
    return answer(
        wrong, check, version, item=wrong.item_name, limit=wrong.k_sex.cases(*words), observed=wrong.sex.cases(*words)
    )
