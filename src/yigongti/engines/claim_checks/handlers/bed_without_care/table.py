"""The same over tables: the days with care are counted by stay, then the empty days of the stays found are read."""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.charge_expressions import (
    at_stake,
    bills_of,
    charges,
    counted_in_days,
    evidence,
    row_text,
    stay_days,
    with_count,
    with_evidence,
)
from yigongti.engines.claim_checks.charges import codes, number, percent_text
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.exact import TEN_THOUSAND, ten_thousandths, yuan
from yigongti.engines.claim_checks.expressions import BILL, answer
from yigongti.engines.claim_checks.handler import Tables


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Stays with too large a share of days without care."""
    share = number(version, "share")
    stays = counted_in_days(bills_of(tables, version, inpatient=True))
    stays = stays.mutate(days=stay_days(stays)).filter(ibis._.days >= number(version, "least_days"))
    lines = tables.lines.select(*BILL, "line_number", "item_code", "charged_on", "fee_item", "amount", "fund_amount")
    within = lines.join(stays, BILL)
    passed = within.charged_on.delta(within.started_on, unit="day")
    within = charges(within.filter((passed >= 0) & (passed < within.days)), tables)
    care = within.filter(within.fee_item.fill_null("").notin(sorted(codes(version, "bed_fee_items"))))
    cared_for = care.select(*BILL, "charged_on").distinct()
    counted = cared_for.group_by(BILL).aggregate(cared=cared_for.count())
    found = stays.left_join(counted, BILL)
    found = found.select(*BILL, "ended_on", "days", empty=found.days - found.cared.fill_null(0))
    found = found.filter(found.empty * TEN_THOUSAND > found.days * ten_thousandths(share))
    rows = within.semi_join(found, BILL).anti_join(cared_for, [*BILL, "charged_on"])
    stakes = rows.group_by(BILL).aggregate(stake=at_stake(rows).sum().cast("int64"))
    told = found.left_join(stakes, BILL)
    told = told.select(*found.columns, stake=told.stake.fill_null(0))
    told = with_evidence(told, evidence(rows, BILL, ["charged_on", "line_number"], row_text(rows)), BILL)
    observed = told.days.cast("string") + "天中" + told.empty.cast("string") + "天"
    return answer(
        told, check, version, line_number=ibis.null("int64"), on=told.ended_on, amount=yuan(told.stake),
        evidence=told.evidence, limit=ibis.literal(percent_text(share)),
        observed=with_count(observed, told.evidence_rows),
    )  # fmt: skip
