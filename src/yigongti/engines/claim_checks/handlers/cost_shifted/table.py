"""The same over tables: visits meet stays first, and only the visits around a stay are added up."""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.charge_expressions import bills_of
from yigongti.engines.claim_checks.charges import codes, number
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.exact import fen, ten_thousandths, yuan
from yigongti.engines.claim_checks.expressions import BILL, answer, claimed
from yigongti.engines.claim_checks.facts import CareSetting
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.stay_expressions import as_others, days_text, with_other_bills


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Visits around a stay that carry what belongs to the stay."""
    days = int(number(version, "days"))
    visits = bills_of(tables, version, "person", "care_setting", inpatient=False)
    visits = visits.filter(visits.person.fill_null("") != "")
    stays = tables.bills.filter(tables.bills.care_setting == CareSetting.INPATIENT.value)
    stays = as_others(stays.select("institution_code", "case_id", "started_on", "ended_on", "person"))
    pairs = visits.join(stays, [visits.person == stays.o_person, visits.institution_code == stays.o_institution_code])
    before = pairs.o_started_on.delta(pairs.started_on, unit="day")
    through_it = (pairs.care_setting == CareSetting.EMERGENCY.value) & (pairs.started_on == pairs.o_started_on)
    around = pairs.filter((before <= days) & (pairs.started_on <= pairs.o_ended_on) & ~through_it)
    lines = tables.lines.filter(tables.lines.fee_item.isin(sorted(codes(version, "fee_items"))))
    lines = lines.semi_join(around, BILL)
    sums = lines.group_by(BILL).aggregate(sum=fen(claimed(lines)).sum().cast("int64"))
    least = ten_thousandths(number(version, "least_amount"), "an amount")
    sums = sums.filter((sums["sum"] > 0) & (sums["sum"] * 100 >= least))
    told = around.join(sums, BILL)
    found = with_other_bills(told, days_text(told))
    return answer(
        found, check, version, line_number=ibis.null("int64"), on=found.ended_on, evidence=found.evidence,
        amount=yuan(found["sum"]), limit=ibis.literal(f"{days}天"), observed=found.observed, other=found.o_case_id,
    )  # fmt: skip
