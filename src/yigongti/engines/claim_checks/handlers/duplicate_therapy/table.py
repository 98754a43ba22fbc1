"""The same over tables: medicines with a class, in windows of one prescription."""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.charge_expressions import charges_with_knowledge, together
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.exact import yuan
from yigongti.engines.claim_checks.expressions import BILL, answer
from yigongti.engines.claim_checks.handler import Tables


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Lines of another medicine than the first of its class in a prescription."""
    by = [*BILL, "prescription", "k_therapy"]
    lines = charges_with_knowledge(tables, check, version, keep=("prescription_number",))
    lines = lines.mutate(prescription=together(lines, "prescription_number"))
    several = lines.group_by(by).aggregate(least=lines.item_code.min(), most=lines.item_code.max())
    several = several.filter(several.least != several.most).select(*by)
    asked = lines.semi_join(several, by)
    in_order = ibis.window(group_by=by, order_by="line_number")
    asked = asked.mutate(
        first=asked.line_number.first().over(in_order),
        first_code=asked.item_code.first().over(in_order),
        first_name=asked.item_name.first().over(in_order),
    )
    further = asked.filter(asked.item_code != asked.first_code)
    return answer(
        further, check, version, amount=yuan(further.at_stake), item=further.item_name, limit=further.k_therapy,
        evidence=further.institution_code + "/" + further.case_id + "/" + further.first.cast("string"),
        other=further.first_name,
    )  # fmt: skip
