"""A stratified sample of findings: how it is drawn, and what the reviewed rows say about the whole.

    strata = strata_of(rows, by=("check", "institution", "band"), bands=(200, 1000))
    wanted = allocation(strata, 60, "yuan")
    chosen = drawn(strata, wanted, seed=7)                      the same rows for the same seed, whatever their order
    estimate = estimated(population, reviewed, level=0.95)      the amount to recover in all, and what it is at least

Told in words with a worked table in docs/algorithms/claim-checks-sampling.md; after Cochran, Sampling Techniques (3rd
ed., 1977), ch. 5 (strata, allocation, degrees of freedom after Satterthwaite) and 6 (combined ratio estimator).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor, sqrt
from statistics import pvariance

from yigongti.engines.claim_checks.estimate_of_sample import Estimate, Reviewed, Size, Stratum, estimated
from yigongti.foundation.errors import InvalidInput

__all__ = [
    "ALLOCATIONS",
    "LEAST",
    "STRATA",
    "Estimate",
    "Reviewed",
    "SampleRow",
    "Size",
    "Stratum",
    "allocation",
    "band_of",
    "drawn",
    "estimated",
    "sizes",
    "strata_of",
]

LEAST = 2
"""Rows that every stratum gets, if it has so many: one alone says nothing about how rows differ."""
STRATA = ("check", "institution", "band")
ALLOCATIONS = ("yuan", "neyman")
_JOINED = "|"


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A finding that may be drawn. key: names it for good (institution/case/line/check); yuan: what it counts."""

    key: str
    check: str
    institution: str
    yuan: Decimal


def band_of(yuan: Decimal, bands: Sequence[Decimal]) -> str:
    """The band of an amount: "0-200", "200-1000", "1000-". bands: rising lower ends; the lower end is included."""
    low, high = "0", ""
    for bound in bands:
        if yuan < bound:
            high = _plain(bound)
            break
        low = _plain(bound)
    return f"{low}-{high}"


def strata_of(
    rows: Iterable[SampleRow], by: Collection[str] = ("check",), bands: Sequence[Decimal] = ()
) -> dict[str, list[SampleRow]]:
    """Stratum → its rows. The name of a stratum joins what was chosen of check, institution and band, in this order.

    Raises InvalidInput for strata by nothing, by something else, or for two rows with one key.
    """
    if not by or not set(by) <= set(STRATA):
        raise InvalidInput(
            "claim_checks.strata_unknown",
            zh="分层应为检查、机构、金额段中的一项或几项",
            en="strata are made by check, institution and band of amounts",
            where=",".join(by),
        )
    found: dict[str, list[SampleRow]] = {}
    seen: set[str] = set()
    for row in rows:
        if row.key in seen:
            raise InvalidInput(
                "claim_checks.row_twice", zh="同一疑点出现两次", en="the same finding is there twice", where=row.key
            )
        seen.add(row.key)
        parts = {"check": row.check, "institution": row.institution, "band": band_of(row.yuan, bands)}
        found.setdefault(_JOINED.join(parts[name] for name in STRATA if name in by), []).append(row)
    return found


def sizes(strata: Mapping[str, Sequence[SampleRow]]) -> dict[str, Size]:
    """Stratum → its findings and yuan, as they are kept with the sample."""
    return {name: Size(len(rows), sum((row.yuan for row in rows), Decimal(0))) for name, rows in strata.items()}


def allocation(strata: Mapping[str, Sequence[SampleRow]], size: int, method: str = "yuan") -> dict[str, int]:
    """How many rows of each stratum are drawn; together exactly `size`, unless the least of all strata is more than it
    or all their rows are fewer.

    method "yuan": in proportion to the stratum's yuan; "neyman": to its rows times the standard deviation of their yuan
    (the yuan to recover is not known before the review, the yuan counted bounds it). Each stratum gets at least LEAST
    and at most what it has; what such a limit takes or leaves is divided among the others. Rest by largest remainder.
    """
    if method not in ALLOCATIONS:
        raise InvalidInput(
            "claim_checks.allocation_unknown", zh="没有这种样本分配方法", en="there is no such allocation", where=method
        )
    weights = {name: _weight(rows, method) for name, rows in sorted(strata.items())}
    if not any(weights.values()):
        weights = {name: Fraction(len(strata[name])) for name in weights}
    low = {name: min(LEAST, len(strata[name])) for name in weights}
    high = {name: len(strata[name]) for name in weights}
    wanted = min(max(size, sum(low.values())), sum(high.values()))
    return _divided(weights, low, high, wanted)


def _weight(rows: Sequence[SampleRow], method: str) -> Fraction:
    if method == "yuan":
        return Fraction(sum((row.yuan for row in rows), Decimal(0)))
    return Fraction(len(rows)) * Fraction(sqrt(pvariance([row.yuan for row in rows])))


def _divided(
    weights: Mapping[str, Fraction], low: Mapping[str, int], high: Mapping[str, int], wanted: int
) -> dict[str, int]:
    """Shares of `wanted` by weight within the limits: strata that break a limit are held at it, and the rest is divided
    anew; of too much and too little, whichever is more in all is mended first, so that no stratum is held wrongly."""
    held: dict[str, int] = {}
    while True:
        free = [name for name in weights if name not in held]
        left = wanted - sum(held.values())
        whole = sum((weights[name] for name in free), Fraction(0))
        # strata of no weight share what is left by their rows
        parts = weights if whole else {name: Fraction(high[name]) for name in free}
        whole = whole or sum((parts[name] for name in free), Fraction(0))
        shares = {name: left * parts[name] / whole for name in free}
        lacking = {name: low[name] - share for name, share in shares.items() if share < low[name]}
        over = {name: share - high[name] for name, share in shares.items() if share > high[name]}
        if not lacking and not over:
            return {**held, **_whole(shares, left)}
        if sum(lacking.values()) >= sum(over.values()):
            held.update({name: low[name] for name in lacking})
        else:
            held.update({name: high[name] for name in over})


def _whole(shares: Mapping[str, Fraction], wanted: int) -> dict[str, int]:
    """Whole numbers that come to `wanted`: the largest remainders are rounded up, ties by name."""
    made = {name: floor(share) for name, share in shares.items()}
    rest = wanted - sum(made.values())
    for name in sorted(shares, key=lambda name: (made[name] - shares[name], name))[:rest]:
        made[name] += 1
    return made


def drawn(
    strata: Mapping[str, Sequence[SampleRow]], wanted: Mapping[str, int], seed: int
) -> list[tuple[str, SampleRow]]:
    """(stratum, row) in the order of drawing, stratum by stratum.

    A row's place is the SHA-256 of seed and key; the first of a stratum are drawn. So the draw does not depend on the
    order or number of the other rows, and a larger sample with the same seed holds the smaller one.
    """
    return [
        (name, row)
        for name in sorted(strata)
        for row in sorted(strata[name], key=lambda row: (_place(seed, row.key), row.key))[: wanted[name]]
    ]


def _place(seed: int, key: str) -> bytes:
    return hashlib.sha256(f"{seed}\n{key}".encode()).digest()


def _plain(bound: Decimal) -> str:
    whole = bound == bound.to_integral_value()
    return str(int(bound)) if whole else str(bound.quantize(Decimal("0.01"), ROUND_HALF_UP))
