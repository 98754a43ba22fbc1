"""The same over tables."""

from __future__ import annotations

from typing import Any

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.expressions import answer, charged_lines_with_knowledge, claimed, item_of, with_bills
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.narrowing import Narrowing, items_of


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Lines that are claimed all the same."""
    met = charged_lines_with_knowledge(tables, check, version)
    wrong = with_bills(met.filter(claimed(met) > 0), tables)
    return answer(wrong, check, version, item=item_of(wrong))


def narrow(tables: Tables, check: Check, version: Version) -> Narrowing:
    """Claimed lines of the items that the knowledge names."""
    return Narrowing(claimed_items=items_of(check))
