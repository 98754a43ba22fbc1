"""The same over tables: the lines of parts meet the first line of their whole on the day or in the bill."""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.charge_expressions import LINE, charges_of, charges_with_knowledge, named
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.exact import yuan
from yigongti.engines.claim_checks.expressions import BILL, answer
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.handlers.duplicate_pair import WINDOWS


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Lines whose service is part of another that is charged as well."""
    parts = charges_with_knowledge(tables, check, version, "other_code")
    parts = parts.filter(parts.k_item_code != parts.item_code)
    wholes = charges_of(tables, (str(row["item_code"]) for row in check.knowledge.rows))
    wholes = wholes.select(*LINE, "charged_on", whole="item_code", whole_name=named(wholes))
    found = []
    for window, when in (("day", ["charged_on"]), ("stay", [])):
        by = [*BILL, "whole", *when]
        first = ibis.window(group_by=by, order_by="line_number")
        firsts = wholes.mutate(place=ibis.row_number().over(first)).filter(ibis._.place == 0)
        firsts = firsts.select(*by, "whole_name", first="line_number")
        asked = parts.filter(parts.k_window == window).mutate(whole=ibis._.k_item_code)
        found.append(asked.join(firsts, by))
    both = ibis.union(*(part.select(*found[0].columns) for part in found))
    return answer(
        both, check, version, amount=yuan(both.at_stake), item=both.item_name, other=both.whole_name,
        limit=both.k_window.cases(*WINDOWS.items()),
        evidence=both.institution_code + "/" + both.case_id + "/" + both.first.cast("string"),
    )  # fmt: skip
