"""The same over tables; a check without knowledge judges by its parameters alone."""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.expressions import (
    answer,
    charged_lines,
    claimed,
    item_of,
    meeting,
    setting_of,
    share,
    starts_with_any,
    with_bills,
)
from yigongti.engines.claim_checks.facts import CareSetting
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.handlers.days_supply import MEDICINES
from yigongti.engines.claim_checks.narrowing import Narrowing

_PARAMETERS = ("outpatient_days", "emergency_days", "chronic_days")


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Medicines of more days than allowed."""
    lines = charged_lines(tables, version)
    lines = lines.filter(lines.fee_item.isin(MEDICINES) & lines.days_supply.notnull())
    if any(row["max_days"] is not None for row in check.knowledge.rows):
        named = tables.knowledge[check.id]
        overruling = Tables(lines, tables.bills, tables.stock_moves, {check.id: named.filter(named.max_days.notnull())})
        met = meeting(lines, overruling, check, how="left")
    else:
        met = lines.mutate(k_key=ibis.literal(""), k_max_days=ibis.null("int64"))
    met = with_bills(met, tables, "care_setting", "diagnoses")
    met = met.mutate(setting=setting_of(met))
    met = met.filter(met.setting != CareSetting.INPATIENT.value)
    met = met.mutate(allowed=ibis.coalesce(met.k_max_days, _days_allowed(met, version)))
    wrong = met.filter(met.days_supply > met.allowed)
    return answer(
        wrong,
        check,
        version,
        amount=share(claimed(wrong), wrong.days_supply - wrong.allowed, wrong.days_supply),
        item=item_of(wrong),
        limit=wrong.allowed.cast("string"),
        observed=wrong.days_supply.cast("string"),
    )


def _days_allowed(met: Any, version: Version) -> Any:
    days = {name: ibis.literal(version.whole(name), "int64") for name in _PARAMETERS}
    chronic = version.codes("chronic_diagnoses")
    is_chronic = starts_with_any(met.diagnoses, ibis.literal("|".join(chronic))) if chronic else ibis.literal(False)
    return ibis.cases(
        (met.setting == CareSetting.EMERGENCY.value, days["emergency_days"]),
        (is_chronic, days["chronic_days"]),
        else_=days["outpatient_days"],
    )


def narrow(tables: Tables, check: Check, version: Version) -> Narrowing:
    """Medicines of more days than the setting that the line tells, or else any, allows."""
    rows = [int(str(row["max_days"])) for row in check.knowledge.rows if row["max_days"] is not None]
    outpatient = min(version.whole("outpatient_days"), version.whole("chronic_days"), *rows)
    any_setting = min(outpatient, version.whole("emergency_days"))

    def where(lines: Any) -> Any:
        setting = lines.care_setting.fill_null("")
        most = setting.isin([CareSetting.OUTPATIENT.value, CareSetting.PHARMACY.value, CareSetting.INTERNET.value])
        limit = most.ifelse(outpatient, any_setting)
        of_medicine = lines.fee_item.isin(MEDICINES) & (setting != CareSetting.INPATIENT.value)
        return (lines.days_supply > limit) & of_medicine

    return Narrowing(where=where)
