"""The same over tables: lines that meet the knowledge on their code, then their bills."""

from __future__ import annotations

from typing import Any

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.expressions import answer, charged_lines_with_knowledge, item_of, with_bills, worded
from yigongti.engines.claim_checks.facts import SEX_WORDS
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.narrowing import Narrowing, items_of

_WORDS = {code: word.zh for code, word in SEX_WORDS.items()}


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Lines whose item is for the other sex."""
    met = with_bills(charged_lines_with_knowledge(tables, check, version), tables, "sex")
    wrong = met.filter(met.sex.isin(list(SEX_WORDS)) & (met.sex != met.k_sex))
    return answer(
        wrong,
        check,
        version,
        item=item_of(wrong),
        limit=worded(wrong.k_sex, _WORDS),
        observed=worded(wrong.sex, _WORDS),
    )


def narrow(tables: Tables, check: Check, version: Version) -> Narrowing:
    """Lines of the items that the knowledge names."""
    return Narrowing(items=items_of(check))
