"""The same over tables: both lists of codes are texts joined with “|”."""

from __future__ import annotations

from typing import Any

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.expressions import (
    answer,
    charged_lines_with_knowledge,
    claimed,
    item_of,
    known,
    starts_with_any,
    with_bills,
)
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.narrowing import Narrowing, items_of


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Claimed lines for which the bill has no fitting diagnosis."""
    met = charged_lines_with_knowledge(tables, check, version)
    met = with_bills(met.filter(claimed(met) > 0), tables, "diagnoses")
    wrong = met.filter(known(met.diagnoses))
    wrong = wrong.filter(~starts_with_any(wrong.diagnoses, wrong.k_diagnoses))
    return answer(
        wrong,
        check,
        version,
        item=item_of(wrong),
        limit=wrong.k_diagnoses.replace("|", "、"),
        observed=wrong.diagnoses.replace("|", "、"),
    )


def narrow(tables: Tables, check: Check, version: Version) -> Narrowing:
    """Claimed lines of the items that the knowledge names."""
    return Narrowing(claimed_items=items_of(check))
