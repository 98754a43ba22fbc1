"""The same over tables."""

from __future__ import annotations

from typing import Any

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.expressions import (
    answer,
    charged_lines_with_knowledge,
    claimed,
    item_of,
    known,
    with_bills,
    worded,
)
from yigongti.engines.claim_checks.facts import INSURANCE_WORDS
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.narrowing import Narrowing, items_of

_WORDS = {code: word.zh for code, word in INSURANCE_WORDS.items()}


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Claimed lines whose item another insurance would have to pay."""
    met = charged_lines_with_knowledge(tables, check, version)
    met = with_bills(met.filter(claimed(met) > 0), tables, "insurance_type")
    wrong = met.filter(known(met.insurance_type) & (met.insurance_type != met.k_insurance_type))
    return answer(
        wrong,
        check,
        version,
        item=item_of(wrong),
        limit=worded(wrong.k_insurance_type, _WORDS),
        observed=worded(wrong.insurance_type, _WORDS),
    )


def narrow(tables: Tables, check: Check, version: Version) -> Narrowing:
    """Claimed lines of the items that the knowledge names."""
    return Narrowing(claimed_items=items_of(check))
