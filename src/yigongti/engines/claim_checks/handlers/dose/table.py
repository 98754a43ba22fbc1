"""The same over tables."""

from __future__ import annotations

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
