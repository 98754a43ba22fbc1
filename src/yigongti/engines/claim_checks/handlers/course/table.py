"""The same over tables: days are added up by bill and item, and only courses that are too long are laid out."""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.charge_expressions import (
    ROW_OF_KNOWLEDGE,
    beyond,
    charges_with_knowledge,
    share_at_stake,
    with_count,
)
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.exact import yuan
from yigongti.engines.claim_checks.expressions import BILL, answer
from yigongti.engines.claim_checks.handler import Tables


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Lines beyond the course that is paid."""
    by = [*BILL, *ROW_OF_KNOWLEDGE]
    lines = charges_with_knowledge(tables, check, version, keep=("days_supply",))
    lines = lines.filter(lines.at_stake > 0)
    untold = lines.days_supply.isnull()
    of_a_day = ibis.window(group_by=[*by, "charged_on", untold], order_by="line_number")
    first_of_day = (ibis.row_number().over(of_a_day) == 0).cast("int64")
    lines = lines.mutate(
        units=untold.ifelse(first_of_day, ibis.greatest(lines.days_supply.cast("int64"), 0)),
        allowed=lines.k_max_days.cast("int64"),
    )
    over = beyond(lines, by, ["charged_on", "line_number"])
    share = share_at_stake(over, over.part, ibis.greatest(over.units, 1))
    return answer(
        over, check, version, amount=yuan((over.units == 0).ifelse(over.at_stake, share)), evidence=over.evidence,
        item=over.item_name, limit=over.allowed.cast("string") + "天",
        observed=with_count(over.total.cast("string") + "天", over.evidence_rows),
    )  # fmt: skip
