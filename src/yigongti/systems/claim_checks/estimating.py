"""A stratified sample of findings: how it is drawn, and what the reviewed rows say about the whole.

Strata are checks. Each gets places in proportion to the yuan that it counts, at least two (all, where it has no more),
so that no check is left out. Within a stratum rows are drawn without putting back, by a generator that begins at the
seed: the same findings, seed and size draw the same rows.

The estimate expands each stratum's mean: N × mean of what is to be recovered. Its lower bound, one-sided, takes off z
times the standard error of the stratified mean with finite-population correction (Cochran, Sampling Techniques, 1977,
ch. 5). A stratum with a single reviewed row of several has no variance of its own: the bound then falls back on what
was found in the sample alone. Never below what the reviewed rows alone come to.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt
from statistics import NormalDist, variance

FEN = Decimal("0.01")
LEAST = 2


@dataclass(frozen=True, slots=True)
class Stratum:
    """Of one stratum: findings and yuan in all, how many were drawn and reviewed, how many right, and the estimate."""

    name: str
    findings: int
    yuan: Decimal
    drawn: int
    reviewed: int
    right: int
    recovered: Decimal
    estimate: Decimal | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """estimate: yuan to recover in all; bound: at least so much, at the level; None until every stratum is reviewed.
    certain: what the reviewed rows alone come to."""

    strata: tuple[Stratum, ...]
    estimate: Decimal | None
    bound: Decimal | None
    certain: Decimal


def allocation(yuan: Mapping[str, Decimal], findings: Mapping[str, int], size: int) -> dict[str, int]:
    """How many rows of each stratum are drawn: in proportion to its yuan, at least two, at most all it has."""
    total = sum(yuan.values(), Decimal(0)) or Decimal(1)
    return {
        name: min(findings[name], max(LEAST, int((yuan[name] / total * size).to_integral_value(ROUND_HALF_UP))))
        for name in sorted(findings)
    }


def drawn(keys: Mapping[str, Sequence[int]], wanted: Mapping[str, int], seed: int) -> list[tuple[str, int]]:
    """(stratum, key) in the order of drawing. keys: of each stratum, in a stable order."""
    generator = random.Random(seed)
    return [(name, key) for name in sorted(keys) for key in generator.sample(list(keys[name]), wanted[name])]


def estimated(
    population: Mapping[str, tuple[int, Decimal]],
    reviewed: Mapping[str, Sequence[Decimal]],
    right: Mapping[str, int],
    drawn_rows: Mapping[str, int],
    level: float,
) -> Estimate:
    """population: stratum → (findings, yuan); reviewed: stratum → yuan to recover of each reviewed row (0: wrong)."""
    strata, spread, known = [], 0.0, True
    total, certain = Decimal(0), Decimal(0)
    for name, (findings, yuan) in sorted(population.items()):
        rows = list(reviewed.get(name, ()))
        own = sum(rows, Decimal(0))
        certain += own
        value = None
        if rows:
            value = (own / len(rows) * findings).quantize(FEN, ROUND_HALF_UP)
            total += value
            if len(rows) < findings:
                known = known and len(rows) > 1
                if len(rows) > 1:
                    s2 = float(variance(rows))
                    spread += findings**2 * (1 - len(rows) / findings) * s2 / len(rows)
        else:
            known = False
        strata.append(Stratum(name, findings, yuan, drawn_rows.get(name, 0), len(rows), right.get(name, 0), own, value))
    complete = all(stratum.reviewed for stratum in strata)
    bound = None
    if complete and strata:
        low = total - Decimal(str(NormalDist().inv_cdf(level) * sqrt(spread))) if known else certain
        bound = max(certain, low).quantize(FEN, ROUND_HALF_UP)
    return Estimate(tuple(strata), total if complete and strata else None, bound, certain)
