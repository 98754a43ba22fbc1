"""The same over tables: what each named service claims in a day or bill, then each pair the two ways round."""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.charge_expressions import at_stake, charges_of, charges_with_knowledge, named
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.exact import yuan
from yigongti.engines.claim_checks.expressions import BILL, answer
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.handlers.exclusive_pair import WINDOWS


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Lines of the cheaper of two services that exclude each other."""
    codes = {str(row[column]) for row in check.knowledge.rows for column in ("item_code", "other_code")}
    lines = charges_of(tables, codes)
    lines = lines.select(*BILL, "line_number", "charged_on", "item_code", name=named(lines), stake=at_stake(lines))
    found = []
    for column, partner in (("item_code", "other_code"), ("other_code", "item_code")):
        asked = charges_with_knowledge(tables, check, version, column)
        asked = asked.filter(asked[f"k_{partner}"] != asked.item_code).mutate(partner=ibis._[f"k_{partner}"])
        for window, when in (("day", ["charged_on"]), ("stay", [])):
            scope = [*BILL, *when]
            met = _beside(asked.filter(asked.k_window == window), lines, scope)
            tie = (met.mine == met.theirs) & ibis.literal(column == "other_code")
            found.append(met.filter((met.mine < met.theirs) | tie))
    both = ibis.union(*(part.select(*found[0].columns) for part in found))
    return answer(
        both, check, version, amount=yuan(both.at_stake), item=both.item_name, other=both.other_name,
        limit=both.k_window.cases(*WINDOWS.items()),
        evidence=both.institution_code + "/" + both.case_id + "/" + both.first.cast("string"),
    )  # fmt: skip


def _beside(asked: Any, lines: Any, scope: list[str]) -> Any:
    """The lines asked about with mine, theirs (whole fen claimed in the scope), first and other_name of the partner."""
    by = [*scope, "item_code"]
    claims = lines.group_by(by).aggregate(sum=lines.stake.sum().cast("int64"), first=lines.line_number.min())
    names = lines.select(*BILL, first="line_number", other_name="name")
    own = claims.select(*by, mine="sum")
    others = claims.select(*scope, partner="item_code", theirs="sum", first="first")
    return asked.join(own, by).join(others, [*scope, "partner"]).join(names, [*BILL, "first"])
