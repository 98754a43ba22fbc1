"""The same over tables: age in completed years on the day of the charge."""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.expressions import (
    answer,
    charged_lines_with_knowledge,
    completed_years,
    item_of,
    with_bills,
)
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.narrowing import Narrowing, items_of


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Lines whose item is for another age."""
    met = with_bills(charged_lines_with_knowledge(tables, check, version), tables, "birth_date")
    met = met.filter(met.birth_date <= met.charged_on)
    met = met.mutate(years=completed_years(met.birth_date, met.charged_on).cast("int64"))
    too_young = (met.years < met.k_min_years).fill_null(False)
    too_old = (met.years > met.k_max_years).fill_null(False)
    wrong = met.filter(too_young | too_old)
    youngest, oldest = wrong.k_min_years.cast("string"), wrong.k_max_years.cast("string")
    limit = ibis.cases(
        (wrong.k_min_years.isnull(), oldest.concat("岁以下")),
        (wrong.k_max_years.isnull(), youngest.concat("岁以上")),
        else_=youngest.concat("至", oldest, "岁"),
    )
    return answer(
        wrong, check, version, item=item_of(wrong), limit=limit, observed=wrong.years.cast("string").concat("岁")
    )


def narrow(tables: Tables, check: Check, version: Version) -> Narrowing:
    """Lines of the items that the knowledge names."""
    return Narrowing(items=items_of(check))
