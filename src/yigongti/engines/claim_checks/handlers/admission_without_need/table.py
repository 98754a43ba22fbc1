"""The same over tables: distinct principal diagnoses meet the light illnesses, then short stays are weighed."""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.charge_expressions import codes_that_start, principal, stay_days, with_count
from yigongti.engines.claim_checks.charges import codes, number, percent_text
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.exact import fen, ten_thousandths, yuan
from yigongti.engines.claim_checks.exact import percent_text as percent_column
from yigongti.engines.claim_checks.expressions import BILL, answer
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.handlers.admission_without_need import EMERGENCY
from yigongti.engines.claim_checks.stay_expressions import short_stays_without_procedures, with_examinations


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Short stays for light illnesses that consist of examinations."""
    share = number(version, "examination_share")
    stays = short_stays_without_procedures(tables, version, int(number(version, "longest_days")))
    stays = stays.filter(stays.admission_route.fill_null("") != EMERGENCY).mutate(principal=principal(stays))
    light = codes_that_start(stays.select("principal").distinct(), "principal", check, "diagnosis")
    met = stays.join(light, "principal")
    met = met.filter((met.ended_on >= met.k_valid_from) & (met.k_valid_to.isnull() | (met.ended_on <= met.k_valid_to)))
    closest = ibis.window(group_by=BILL, order_by=[ibis.desc(met.prefix.length()), "k_key", "k_valid_from"])
    met = met.mutate(place=ibis.row_number().over(closest)).filter(ibis._.place == 0)
    found = with_examinations(met, tables, codes(version, "examination_items"), ten_thousandths(share))
    return answer(
        found, check, version, line_number=ibis.null("int64"), on=found.ended_on,
        amount=yuan(ibis.greatest(fen(found.total_cost), 0)), evidence=found.evidence, item=found.principal,
        limit=ibis.literal(percent_text(share)),
        observed=with_count(percent_column(found.examined, found.charged), found.evidence_rows),
        other=stay_days(found).cast("string") + ibis.literal("天"),
    )  # fmt: skip
