"""The same over tables: prescriptions of herbs are counted once, then the knowledge chooses among those with one."""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.charge_expressions import (
    LINE,
    charges,
    charges_with_knowledge,
    evidence,
    together,
    with_count,
    with_evidence,
)
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.exact import yuan
from yigongti.engines.claim_checks.expressions import BILL, answer
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.handlers.single_herb import HERBS

PRESCRIPTION = [*BILL, "prescription"]


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Lines of a herb that stands alone in its prescription."""
    herbs = tables.lines.filter(tables.lines.fee_item == HERBS)
    herbs = charges(herbs, tables).select(*LINE, "item_code", prescription=together(herbs, "prescription_number"))
    counted = herbs.group_by(PRESCRIPTION).aggregate(first=herbs.item_code.min(), last=herbs.item_code.max())
    alone = counted.filter(counted.first == counted.last).select(*PRESCRIPTION)
    asked = charges_with_knowledge(tables, check, version, keep=("prescription_number", "fee_item"))
    asked = asked.filter((asked.fee_item == HERBS) & (asked.at_stake > 0))
    asked = asked.mutate(prescription=together(asked, "prescription_number"))
    found = asked.semi_join(alone, PRESCRIPTION)
    others = herbs.select(*PRESCRIPTION, other="line_number").join(
        found.select(*PRESCRIPTION, "line_number"), PRESCRIPTION
    )
    others = others.filter(others.other != others.line_number).distinct()
    row = others.institution_code + "/" + others.case_id + "/" + others.other.cast("string")
    found = with_evidence(found, evidence(others, LINE, ["other"], row), LINE)
    return answer(
        found, check, version, amount=yuan(found.at_stake), evidence=found.evidence, item=found.item_name,
        observed=with_count(ibis.literal("1味"), found.evidence_rows),
    )  # fmt: skip
