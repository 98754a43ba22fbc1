"""The same over tables: only the bills of those who died are met."""

from __future__ import annotations

from typing import Any

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.expressions import BILL, answer, charged_lines, item_of
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.narrowing import Narrowing


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Lines after the death."""
    bills = tables.bills.filter(tables.bills.died_on.notnull()).select(*BILL, "died_on")
    met = charged_lines(tables, version).join(bills, BILL)
    wrong = met.filter(met.died_on < met.charged_on)
    return answer(
        wrong,
        check,
        version,
        item=item_of(wrong),
        limit=wrong.died_on.cast("string"),
        observed=wrong.charged_on.cast("string"),
    )


def narrow(tables: Tables, check: Check, version: Version) -> Narrowing:
    """Lines of the bills of those who died."""
    return Narrowing(dead=tables.bills.filter(tables.bills.died_on.notnull()).select(*BILL))
