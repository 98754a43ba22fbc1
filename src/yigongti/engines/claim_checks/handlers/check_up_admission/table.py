"""The same over tables: short stays first, then what their lines add up to."""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.charge_expressions import principal, stay_days, with_count
from yigongti.engines.claim_checks.charges import codes, number, percent_text
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.exact import percent_text as percent_column
from yigongti.engines.claim_checks.exact import ten_thousandths, yuan
from yigongti.engines.claim_checks.expressions import answer
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.stay_expressions import (
    not_among,
    short_stays_without_procedures,
    with_examinations,
)


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Short stays that consist of examinations."""
    share = number(version, "examination_share")
    stays = short_stays_without_procedures(tables, version, int(number(version, "longest_days")))
    stays = stays.mutate(principal=principal(stays))
    stays = stays.filter(not_among(stays.principal, codes(version, "except_diagnoses")))
    found = with_examinations(stays, tables, codes(version, "examination_items"), ten_thousandths(share))
    return answer(
        found, check, version, line_number=ibis.null("int64"), on=found.ended_on, amount=yuan(found.stake),
        evidence=found.evidence, item=found.principal, limit=ibis.literal(percent_text(share)),
        observed=with_count(percent_column(found.examined, found.charged), found.evidence_rows),
        other=stay_days(found).cast("string") + ibis.literal("天"),
    )  # fmt: skip
