"""The same over tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.expressions import (
    answer,
    charged_lines_with_knowledge,
    item_of,
    number_text,
    with_bills,
)
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.narrowing import Narrowing


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Lines with a larger daily dose."""
    met = charged_lines_with_knowledge(tables, check, version)
    wrong = with_bills(met.filter(met.daily_dose > met.k_max_daily_dose), tables)
    return answer(
        wrong,
        check,
        version,
        item=item_of(wrong),
        limit=number_text(wrong.k_max_daily_dose),
        observed=number_text(wrong.daily_dose),
    )


def narrow(tables: Tables, check: Check, version: Version) -> Narrowing:
    """Lines above the smallest limit that the knowledge ever had for the item."""
    doses: dict[str, Decimal] = {}
    for row in check.knowledge.rows:
        code, largest = str(row["item_code"]), row["max_daily_dose"]
        assert isinstance(largest, Decimal)
        doses[code] = min(largest, doses.get(code, largest))
    return Narrowing(doses=doses)
