"""The same over tables: the first medicines meet the first line of the others in their prescription."""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.charge_expressions import LINE, charges_of, charges_with_knowledge, named, together
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.exact import yuan
from yigongti.engines.claim_checks.expressions import BILL, answer
from yigongti.engines.claim_checks.handler import Tables


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Lines of the first of two medicines that must not meet, where both were prescribed."""
    asked = charges_with_knowledge(tables, check, version, keep=("prescription_number",))
    asked = asked.filter(asked.k_other_code != asked.item_code)
    asked = asked.mutate(prescription=together(asked, "prescription_number"), other_code=asked.k_other_code)
    others = charges_of(tables, (str(row["other_code"]) for row in check.knowledge.rows))
    others = others.select(
        *LINE, other_code="item_code", name=named(others),
        prescription=together(others, "prescription_number"),
    )  # fmt: skip
    by = [*BILL, "prescription", "other_code"]
    first = ibis.row_number().over(ibis.window(group_by=by, order_by="line_number"))
    firsts = others.mutate(place=first).filter(ibis._.place == 0).select(*by, "name", first="line_number")
    met = asked.join(firsts, by)
    return answer(
        met, check, version, amount=yuan(met.at_stake), item=met.item_name, limit=met.k_reason.fill_null(""),
        evidence=met.institution_code + "/" + met.case_id + "/" + met.first.cast("string"), other=met.name,
    )  # fmt: skip
