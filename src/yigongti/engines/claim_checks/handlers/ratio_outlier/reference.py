"""The institutions of a level, each against the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from yigongti.engines.claim_checks.charges import codes, inpatient, number, percent_text
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.facts import Bill, Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.handlers.ratio_outlier import MILLION
from yigongti.foundation.money import ZERO, to_fen
from yigongti.foundation.trace import Trace


@dataclass(frozen=True, slots=True)
class Share:
    """part of whole (yuan) in an institution's stays; millionths: the share, half-up."""

    institution_code: str
    level: str
    last_day: date
    part: Decimal
    whole: Decimal

    @property
    def millionths(self) -> int:
        return int((self.part * MILLION / self.whole).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each institution far above its peers."""
    for version in check.versions:
        stays = [bill for bill in facts.bills if inpatient(bill) and version.in_force(bill.ended_on)]
        shares = _shares(stays, version)
        for share in shares:
            peers = [one.millionths for one in shares if one.level == share.level and one is not share]
            if len(peers) < max(Decimal(2), number(version, "least_peers")):
                continue
            count, sum_of_peers = len(peers), sum(peers)
            above = count * share.millionths - sum_of_peers  # count × millionths above the mean
            spread = count * sum(peer * peer for peer in peers) - sum_of_peers**2  # count × (count − 1) × variance
            sigmas = number(version, "sigmas")
            far = above > 0 and above * above * (count - 1) > sigmas * sigmas * count * spread
            mean = percent_text(Decimal(sum_of_peers), Decimal(count * MILLION))
            trace.add(
                "ratio_outlier",
                zh=f"{share.institution_code} 占比 {percent_text(share.part, share.whole)}，同级 {count} 家均值"
                f" {mean}，"
                f"{'超过' if far else '未超过'}均值加 {sigmas} 倍标准差",
                en=f"{share.institution_code}: {percent_text(share.part, share.whole)}, the mean of {count}"
                f" peers {mean};"
                f" {'above' if far else 'not above'} it by {sigmas} standard deviations",
                passed=far,
                source=version.source,
            )
            if far:
                yield Finding(
                    check.id, version.valid_from, share.institution_code, "", None, share.last_day,
                    to_fen(above * share.whole / (count * MILLION)), limit=mean,
                    observed=percent_text(share.part, share.whole), other=f"{count}家",
                )  # fmt: skip


def _shares(stays: list[Bill], version: Version) -> list[Share]:
    """The shares of the institutions with a level and enough stays."""
    of_institution: dict[str, list[Bill]] = defaultdict(list)
    for bill in stays:
        of_institution[bill.institution_code].append(bill)
    items = codes(version, "numerator")
    shares = []
    for code, bills in sorted(of_institution.items()):
        lines = [line for bill in bills for line in bill.lines]
        part = sum((line.amount for line in lines if line.fee_item in items), ZERO)
        whole = sum((line.amount for line in lines), ZERO)
        level = max(bill.institution_level for bill in bills)
        if level and len(bills) >= number(version, "least_bills") and whole > 0 and part >= 0:
            shares.append(Share(code, level, max(bill.ended_on for bill in bills), part, whole))
    return shares
