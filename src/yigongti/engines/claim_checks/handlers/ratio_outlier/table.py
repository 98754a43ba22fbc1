"""The same over tables: lines are added up by institution; what is weighed is a row an institution."""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.charge_expressions import bills_of
from yigongti.engines.claim_checks.charges import codes, number
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.exact import TEN_THOUSAND, fen, percent_text, quotient, ten_thousandths, wide, yuan
from yigongti.engines.claim_checks.expressions import BILL, answer
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.handlers.ratio_outlier import MILLION


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Institutions far above their peers."""
    shares = _shares(tables, version).mutate(x=ibis._.millionths)
    shares = shares.mutate(xx=wide(shares.x) * wide(shares.x))
    level = ibis.window(group_by="level")
    shares = shares.mutate(
        peers=(ibis._.count().over(level) - 1).cast("int64"),
        of_peers=(shares.x.sum().over(level) - shares.x).cast("int64"),
        squares=wide(shares.xx.sum().over(level) - shares.xx),
    )
    least = max(2, int(number(version, "least_peers")))
    shares = shares.filter(shares.peers >= least)
    above = wide(shares.peers) * wide(shares.x) - wide(shares.of_peers)
    spread = wide(shares.peers) * shares.squares - wide(shares.of_peers) * wide(shares.of_peers)
    shares = shares.mutate(above=wide(above), spread=wide(spread))
    sigmas = ten_thousandths(number(version, "sigmas"))
    apart = wide(shares.above * shares.above) * wide(shares.peers - 1)
    allowed = wide(shares.peers) * shares.spread
    # both sides × 10⁸, because the number of standard deviations carries four decimals
    far = shares.filter((shares.above > 0) & (wide(apart) * wide(TEN_THOUSAND**2) > wide(allowed) * wide(sigmas**2)))
    count = wide(far.peers) * wide(MILLION)
    return answer(
        far, check, version, case_id=ibis.literal(""), line_number=ibis.null("int64"), on=far.last_day,
        amount=yuan(quotient(far.above * wide(far.whole), count)), limit=percent_text(far.of_peers, count),
        observed=percent_text(far.part, far.whole), other=far.peers.cast("string") + ibis.literal("家"),
    )  # fmt: skip


def _shares(tables: Tables, version: Version) -> Any:
    """institution_code, level, last_day, part, whole (fen), millionths: institutions with a level and enough stays."""
    stays = bills_of(tables, version, "institution_level", inpatient=True)
    houses = stays.group_by("institution_code").aggregate(
        level=stays.institution_level.fill_null("").max(), last_day=stays.ended_on.max(), bills=stays.count()
    )
    lines = tables.lines.select(*BILL, "fee_item", "amount").join(stays.select(*BILL), BILL)
    chosen = lines.fee_item.isin(sorted(codes(version, "numerator")))
    sums = lines.group_by("institution_code").aggregate(
        part=fen(lines.amount).sum(where=chosen).fill_null(0).cast("int64"),
        whole=fen(lines.amount).sum().cast("int64"),
    )
    met = houses.join(sums, "institution_code")
    enough = met.bills >= number(version, "least_bills")
    met = met.filter((met.level != "") & enough & (met.whole > 0) & (met.part >= 0))
    return met.mutate(millionths=quotient(wide(met.part) * wide(MILLION), met.whole))
