"""The same over tables: groups are added up first, and only those that are too large are laid out in order."""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.charge_expressions import (
    beyond,
    charges_with_knowledge,
    counted_in_days,
    quantity_of,
    share_at_stake,
    stay_days,
    with_count,
)
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.exact import number_text, scaled, yuan
from yigongti.engines.claim_checks.expressions import BILL, answer
from yigongti.engines.claim_checks.facts import CareSetting
from yigongti.engines.claim_checks.handler import Tables


def find(tables: Tables, check: Check, version: Version) -> Any:
    """The last lines of a group above what the days of stay allow."""
    by = [*BILL, "k_group"]
    lines = charges_with_knowledge(tables, check, version, keep=("quantity",))
    lines = lines.mutate(units=quantity_of(lines), per_day=scaled(lines.k_per_day))
    lines = lines.filter(lines.units > 0)
    stays = tables.bills.filter(tables.bills.care_setting == CareSetting.INPATIENT.value)
    stays = counted_in_days(stays).select(*BILL, days=stay_days(stays))
    limits = lines.group_by(by).aggregate(
        per_day=lines.per_day.max(), last_day=lines.k_counts_last_day.max().cast("int64")
    )
    limits = limits.join(stays, BILL)
    limits = limits.select(*by, "days", allowed=(limits.per_day * (limits.days + limits.last_day)).cast("int64"))
    over = beyond(lines.drop("per_day").join(limits, by), by, ["charged_on", "line_number", "k_key"])
    return answer(
        over, check, version, amount=yuan(share_at_stake(over, over.part, over.units)), evidence=over.evidence,
        item=over.item_name, limit=number_text(over.allowed),
        observed=with_count(number_text(over.total), over.evidence_rows),
        other=over.days.cast("string") + ibis.literal("天"),
    )  # fmt: skip
