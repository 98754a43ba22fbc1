"""The same over tables: stays of a person meet the person's earlier stays of the same category."""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.charge_expressions import bills_of, principal
from yigongti.engines.claim_checks.charges import codes, number
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.exact import fen, yuan
from yigongti.engines.claim_checks.expressions import answer
from yigongti.engines.claim_checks.facts import CareSetting
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.handlers.split_admission import CATEGORY, SENT_ON
from yigongti.engines.claim_checks.stay_expressions import as_others, begun_before, not_among, with_other_bills


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Stays that go on where an earlier one ended."""
    later = bills_of(tables, version, "person", "diagnoses", "community", "total_cost", inpatient=True)
    later = later.mutate(principal=principal(later), category=principal(later).substr(0, CATEGORY))
    later = later.filter(
        (later.person.fill_null("") != "")
        & (later.principal != "")
        & not_among(later.principal, codes(version, "except_diagnoses"))
    )
    earlier = tables.bills.filter(
        (tables.bills.care_setting == CareSetting.INPATIENT.value)
        & ~tables.bills.readmission_planned.fill_null(False)
        & tables.bills.disposition.fill_null("").notin(SENT_ON)
    )
    earlier = as_others(
        earlier.select(
            "institution_code", "case_id", "started_on", "ended_on", "person", "community",
            category=principal(earlier).substr(0, CATEGORY),
        )
    )  # fmt: skip
    pairs = later.join(earlier, [later.person == earlier.o_person, later.category == earlier.o_category])
    near = pairs.institution_code == pairs.o_institution_code
    if version.parameters["within"] == "community":
        near = near | ((pairs.community.fill_null("") != "") & (pairs.community == pairs.o_community))
    between = pairs.started_on.delta(pairs.o_ended_on, unit="day").cast("int64")
    days = number(version, "days")
    pairs = pairs.mutate(between=between)
    pairs = pairs.filter(near & (pairs.between >= 0) & (pairs.between <= days) & begun_before(pairs))
    found = with_other_bills(pairs, pairs.between.cast("string") + "天")
    return answer(
        found, check, version, line_number=ibis.null("int64"), on=found.ended_on, evidence=found.evidence,
        amount=yuan(ibis.greatest(fen(found.total_cost), 0)), item=found.principal,
        limit=ibis.literal(f"{days:.0f}天"), observed=found.observed, other=found.other,
    )  # fmt: skip
