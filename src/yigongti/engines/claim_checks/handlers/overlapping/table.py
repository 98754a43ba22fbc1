"""The same over tables: bills of a person meet the person's stays elsewhere."""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.charge_expressions import bills_of
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.exact import fen, yuan
from yigongti.engines.claim_checks.expressions import answer
from yigongti.engines.claim_checks.facts import CareSetting
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.stay_expressions import as_others, begun_before, days_text, with_other_bills


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Bills that overlap with a stay of the same person elsewhere."""
    of_stays = version.parameters["with"] == "stay"
    bills = bills_of(tables, version, "person", "total_cost", inpatient=of_stays)
    stays = tables.bills.filter(tables.bills.care_setting == CareSetting.INPATIENT.value)
    stays = as_others(stays.select("institution_code", "case_id", "started_on", "ended_on", "person"))
    pairs = bills.filter(bills.person.fill_null("") != "").join(stays, ibis._.person == stays.o_person)
    pairs = pairs.filter(pairs.institution_code != pairs.o_institution_code)
    if of_stays:
        overlap = (pairs.started_on < pairs.o_ended_on) & (pairs.o_started_on < pairs.ended_on)
        pairs = pairs.filter(overlap & begun_before(pairs))
    else:
        pairs = pairs.filter((pairs.o_started_on < pairs.started_on) & (pairs.started_on < pairs.o_ended_on))
    found = with_other_bills(pairs, days_text(pairs))
    return answer(
        found, check, version, line_number=ibis.null("int64"), on=found.ended_on, evidence=found.evidence,
        amount=yuan(ibis.greatest(fen(found.total_cost), 0)), observed=found.observed, other=found.other,
    )  # fmt: skip
